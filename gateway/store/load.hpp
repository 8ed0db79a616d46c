// Loading: the write transaction behind Load.
//
// Series arrive in (indicator, area) order. A row of by_indicator is complete as soon as a series of the next
// row arrives; the copies for by_area wait, packed, until 64 indicators are through, so memory holds the
// changed series of 64 indicators at most. What the document does not hold is known at the end: each touched
// row remembers which of its observations were not delivered.
//
// A trial writes none of this: it only merges, counts and tells.
//
// Errors   Error invalid_argument for series out of order, periods out of order or unknown state numbers;
//          otherwise as gateway/store/sql.hpp. After an Error the load is over; nothing of it remains.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gateway/store/area_rows.hpp"
#include "gateway/store/core.hpp"
#include "gateway/store/merge.hpp"

namespace gateway::store {

class SqliteLoad final : public Load {
  public:
    SqliteLoad(Core& core, LoadRequest request);

    IndicatorNo indicator(IndicatorKey const& key) override;
    AreaNo area(Area const& area) override;
    StateNo state(State const& state) override;
    void label(std::string_view dimension, std::string_view code, std::string_view text) override;
    void put(IndicatorNo indicator, AreaNo area, std::span<PackedObservation const> observations) override;
    void document(std::int64_t no) override;
    void issue(Issue const& issue) override;
    void late_issues(std::function<std::vector<Issue>()> tell) override;
    void attempt(Attempt const& attempt) override;
    void position(std::string_view source, std::string_view item, std::string_view text) override;
    void watch(std::function<void(Change const&)> see) override;
    void depends_on(std::function<void()> durable) override;
    void before_commit(std::function<void(LoadResult const&)> last_word) override;
    LoadResult preview(Coverage const& coverage) override;
    LoadResult commit(std::string_view position, std::uint64_t rows, std::uint64_t rows_set_aside,
                      Coverage const& coverage) override;

  private:
    /// What commit() must ask about a row: slots that were delivered, and observations in them that were not.
    struct Touched {
        std::int64_t key = 0;
        std::uint64_t delivered = 0;
        std::size_t gaps_at = 0; ///< in gaps_: slot, count, then runs of (gap, length)
    };
    struct Span {
        std::size_t at = 0;
        std::size_t size = 0;
    };

    void check(IndicatorNo indicator, AreaNo area, std::span<PackedObservation const> observations);
    void open_row(std::int64_t key);
    static void set_spans(Slots& slots, std::uint64_t mask, std::string_view bytes,
                          std::array<Span, chunk_slots> const& at);
    void close_row();
    void note_gaps(unsigned slot);
    void tell_changes(IndicatorNo indicator, AreaNo area);
    /// Writes what is open; true where the content changed.
    bool finish_series(Coverage const& coverage);
    [[nodiscard]] LoadResult result(bool new_vintage) const;
    void delete_undelivered(Coverage const& coverage);
    void delete_in_row(IndicatorNo indicator, std::int64_t key, Touched const* touched,
                       Coverage const& coverage);
    void add_to_history(std::int64_t key, unsigned slot, std::vector<PackedObservation> const& gone);
    void write_vintage(std::uint64_t rows, std::uint64_t rows_set_aside);
    void write_log();
    [[nodiscard]] std::string vanished_levels();

    Core& core_;
    WriteTransaction transaction_;
    LoadRequest request_;
    std::vector<std::string> known_dimensions_; ///< before this load; empty where there was none
    DatasetNo dataset_ = 0;
    std::optional<VintageInfo> last_;
    VintageNo vintage_ = 1;
    Counts counts_;
    bool is_over_ = false;   ///< committed or previewed
    bool came_back_ = false; ///< the source had taken the dataset away

    std::optional<SeriesRef> previous_;
    std::int64_t open_key_ = -1;
    std::string stored_; ///< the open row as stored; empty = none
    std::optional<ChunkView> stored_view_;
    std::uint64_t delivered_ = 0;
    std::uint64_t changed_ = 0;
    std::uint64_t superseded_ = 0;
    std::uint64_t added_ = 0, revised_ = 0; ///< series of the open row with such observations
    std::string packed_;                    ///< changed series of the open row
    std::string gone_;                      ///< what they superseded
    std::array<Span, chunk_slots> packed_at_{};
    std::array<Span, chunk_slots> gone_at_{};
    std::size_t gaps_from_ = 0;

    std::vector<RowChange> delivered_changes_, deleted_changes_; ///< for the change log
    std::vector<Touched> touched_;
    std::string gaps_;
    AreaRows area_rows_;
    SeriesEncoder encoder_;
    SeriesEncoder history_encoder_;
    SeriesDecoder decoder_;
    Merger merger_;
    std::string row_;

    LabelMap const* labels_ = nullptr; ///< in force before this load; nullptr = not asked yet
    NewLabels new_labels_;
    std::vector<Issue> issues_;
    std::optional<Attempt> attempt_;
    struct PositionText {
        std::string source, item, text;
    };
    std::vector<PositionText> positions_;
    std::function<void(Change const&)> see_;
    std::function<std::vector<Issue>()> tell_issues_;
    std::function<void()> durable_;
    std::function<void(LoadResult const&)> last_word_;
};

} // namespace gateway::store
