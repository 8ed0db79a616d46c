// The embedded store: one SQLite file in WAL mode.
//
// A load is durable when commit() returns (synchronous=FULL). Documents and attempts are written without
// waiting for the disk: a kill cannot lose them, a power cut may, and then the archive still has the bytes and
// the next sync writes them again. Written while a Load is alive, they are part of it. While a Load is alive,
// reads of the same Store may see part of it; other processes see nothing of it before commit().
//
// A store that is new can be written beside its place until its first commit (new_store.hpp): other processes then
// see no store before it.
//
// Source   https://www.sqlite.org/wal.html
#pragma once

#include <functional>
#include <memory>

#include "gateway/io/aside.hpp"
#include "gateway/store/core.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

class SqliteStore final : public Store {
  public:
    using Opener = std::function<std::unique_ptr<Core>()>;
    struct Later {};

    explicit SqliteStore(Opener const& open);
    /// Opens on a thread of its own; the first use waits for it and throws what it threw.
    SqliteStore(Opener open, Later);

    std::int64_t record_document(std::string_view sha256, std::uint64_t bytes,
                                 Provenance const& provenance) override;
    std::unique_ptr<Load> begin(LoadRequest request) override;
    std::unique_ptr<LoadGroup> group() override;
    void guard(std::function<void()> check) override;
    void record_attempt(Attempt const& attempt) override;
    std::optional<VintageNo> withdraw(std::string_view dataset, UnixTime received, std::int64_t document,
                                      std::string_view note) override;
    LoadResult recall(std::string_view dataset, VintageNo vintage, RecallRequest const& request) override;
    std::uint64_t announce(Announcement const& announcement) override;
    std::uint64_t compact_changes(std::uint64_t up_to, UnixTime time) override;
    void change_position(std::string_view source, std::string_view item,
                         std::function<std::string(std::string const&)> const& change) override;
    std::string position(std::string_view source, std::string_view item) const override;

    void close() override;

    std::unique_ptr<Snapshot> snapshot() const override;
    std::vector<DatasetInfo> datasets() const override;
    std::optional<DatasetInfo> dataset(std::string_view id) const override;
    std::vector<VintageInfo> vintages(std::string_view dataset) const override;
    VintageNo vintage_at(std::string_view dataset, UnixTime time) const override;
    std::vector<Issue> issues(std::string_view dataset, VintageNo vintage) const override;
    std::vector<Attempt> attempts(std::size_t newest) const override;
    std::optional<DocumentInfo> document(std::int64_t no) const override;
    std::vector<DocumentInfo> documents() const override;
    std::optional<UnixTime> last_received(std::string_view sha256) const override;
    std::string mapping(std::string_view sha256) const override;

    std::optional<AreaNo> find_area(Area const& area) const override;
    std::vector<AreaNo> find_areas(std::string_view key) const override;
    Area area(AreaNo no) const override;
    std::vector<AreaNo> areas() const override;
    std::optional<IndicatorNo> find_indicator(std::string_view dataset,
                                              IndicatorKey const& key) const override;
    IndicatorKey indicator(IndicatorNo no) const override;
    std::string dataset_of(IndicatorNo no) const override;
    std::vector<IndicatorNo> indicators(std::string_view dataset) const override;
    State const& state(StateNo no) const override;
    std::string label(std::string_view dataset, std::string_view dimension,
                      std::string_view code) const override;
    std::vector<Label> labels(std::string_view dataset, std::optional<VintageNo> vintage) const override;

    void read(Query const& query,
              std::function<void(SeriesRef, std::span<PackedObservation const>)> const& each) const override;
    bool pull(Pull& pull, std::size_t rows,
              std::function<void(SeriesRef, std::span<PackedObservation const>)> const& each) const override;
    std::vector<PackedObservation> history(SeriesRef series, TimePeriod const& period) const override;
    std::uint64_t last_change() const override;
    void changes(std::uint64_t from, std::function<bool(ChangeBlock const&)> const& each) const override;
    void changes_of(ChangeScope const& scope, std::uint64_t from,
                    std::function<bool(ChangeBlock const&)> const& each) const override;
    void changed(VintageNo vintage, ChangedRow const& row, bool without_sealed,
                 std::function<void(Change const&)> const& each) const override;
    std::optional<LogState> state_at(std::string_view dataset, std::uint64_t number) const override;
    std::string content_hash() const override;
    std::vector<Problem> verify() const override;

  private:
    /// Number of a dataset, or one that matches nothing.
    DatasetNo known(std::string_view dataset) const;
    Core& core() const;

    mutable std::unique_ptr<Core> first_; ///< of a store that was new: what its first commit was made with
    mutable std::unique_ptr<Core> core_;
    mutable io::Aside<void> opening_; ///< behind core_, so that it ends first
};

} // namespace gateway::store
