// VisibleStore: a store as one caller may see it. The one place in which release classes are enforced.
//
// Everything that answers a request reads through this view, before anything is encoded: a dataset that the caller
// may not see is not in it, nor are areas outside the caller's scope, nor are names of areas that only hidden
// datasets have. A handler cannot tell refused from absent, and so cannot tell anybody.
//
// What a sealed recall took back is shown to nobody: an older vintage is as if it had never been, its versions and its
// issues are left out.
//
// What was read of RESTRICTED datasets is noted, so that its transmission can be recorded before the first byte.
//
// Threads  as the store behind it: one user at a time
// Errors   Error invalid_argument for every attempt to write
#pragma once

#include <map>
#include <set>
#include <string>

#include "gateway/serve/access/release.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve::access {

/// RESTRICTED datasets of which something was read for one request.
struct Audit {
    std::set<std::string> read;
    std::set<std::string> written; ///< those whose transmission is recorded
};

class VisibleStore final : public store::Store {
  public:
    /// All must outlive it.
    VisibleStore(store::Store const& inner, Release const& release, Caller caller, Audit& audit);

    /// True where what is read of it is a transmission.
    [[nodiscard]] bool is_restricted(std::string_view dataset) const { return right(dataset).recorded; }

    std::int64_t record_document(std::string_view sha256, std::uint64_t bytes,
                                 Provenance const& provenance) override;
    std::unique_ptr<store::Load> begin(store::LoadRequest request) override;
    void record_attempt(store::Attempt const& attempt) override;
    std::optional<VintageNo> withdraw(std::string_view dataset, UnixTime received, std::int64_t document,
                                      std::string_view note) override;
    store::LoadResult recall(std::string_view dataset, VintageNo vintage,
                             store::RecallRequest const& request) override;
    std::uint64_t announce(store::Announcement const& announcement) override;
    std::uint64_t compact_changes(std::uint64_t up_to, UnixTime time) override;
    void change_position(std::string_view source, std::string_view item,
                         std::function<std::string(std::string const&)> const& change) override;
    std::string position(std::string_view source, std::string_view item) const override;

    std::unique_ptr<store::Snapshot> snapshot() const override { return inner_.snapshot(); }
    std::vector<DatasetInfo> datasets() const override;
    std::optional<DatasetInfo> dataset(std::string_view id) const override;
    std::vector<store::VintageInfo> vintages(std::string_view dataset) const override;
    VintageNo vintage_at(std::string_view dataset, UnixTime time) const override;
    std::vector<Issue> issues(std::string_view dataset, VintageNo vintage) const override;
    std::vector<store::Attempt> attempts(std::size_t newest) const override;
    std::optional<store::DocumentInfo> document(std::int64_t no) const override {
        return inner_.document(no);
    }
    std::vector<store::DocumentInfo> documents() const override;
    std::optional<UnixTime> last_received(std::string_view sha256) const override;
    std::string mapping(std::string_view sha256) const override { return inner_.mapping(sha256); }

    std::optional<store::AreaNo> find_area(Area const& area) const override;
    std::vector<store::AreaNo> find_areas(std::string_view key) const override;
    Area area(store::AreaNo no) const override { return inner_.area(no); }
    std::vector<store::AreaNo> areas() const override;
    std::optional<store::IndicatorNo> find_indicator(std::string_view dataset,
                                                     IndicatorKey const& key) const override;
    IndicatorKey indicator(store::IndicatorNo no) const override { return inner_.indicator(no); }
    std::string dataset_of(store::IndicatorNo no) const override { return inner_.dataset_of(no); }
    std::vector<store::IndicatorNo> indicators(std::string_view dataset) const override;
    store::State const& state(store::StateNo no) const override { return inner_.state(no); }
    std::string label(std::string_view dataset, std::string_view dimension,
                      std::string_view code) const override;
    std::vector<store::Label> labels(std::string_view dataset,
                                     std::optional<VintageNo> vintage) const override;

    void read(store::Query const& query,
              std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each)
        const override;
    bool pull(store::Pull& pull, std::size_t rows,
              std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each)
        const override;
    std::vector<store::PackedObservation> history(store::SeriesRef series,
                                                  TimePeriod const& period) const override;
    std::uint64_t last_change() const override { return inner_.last_change(); }
    void changes(std::uint64_t from,
                 std::function<bool(store::ChangeBlock const&)> const& each) const override;
    void changes_of(store::ChangeScope const& scope, std::uint64_t from,
                    std::function<bool(store::ChangeBlock const&)> const& each) const override;
    void changed(VintageNo vintage, store::ChangedRow const& row, bool without_sealed,
                 std::function<void(store::Change const&)> const& each) const override;
    std::optional<store::LogState> state_at(std::string_view dataset, std::uint64_t number) const override;
    std::string content_hash() const override { return inner_.content_hash(); }
    std::vector<store::Problem> verify() const override { return inner_.verify(); }

  private:
    Right const& right(std::string_view dataset) const;
    [[nodiscard]] bool sees(std::string_view dataset) const { return right(dataset).any; }
    /// Keys of areas that only what is hidden names.
    std::set<std::string, std::less<>> const& hidden_areas() const;
    [[nodiscard]] bool sees_area(store::AreaNo no) const;

    store::Store const& inner_;
    Release const& release_;
    Caller caller_;
    Audit& audit_;
    mutable std::map<std::string, Right, std::less<>> rights_;
    mutable std::optional<std::set<std::string, std::less<>>> hidden_areas_;
};

} // namespace gateway::serve::access
