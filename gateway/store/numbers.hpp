// Numbers: interned areas, indicators and states.
//
// Numbers are given in the order of first appearance and never change, so what was looked up once is kept.
// A load that is rolled back takes its new numbers with it: forget_new().
//
// Errors   Error not_found for numbers nobody gave; too_large where a kind of number is used up.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/store/sql.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

constexpr unsigned area_ordinal_bits = 24;
constexpr AreaNo first_area_of(AreaLevel level) noexcept {
    return static_cast<AreaNo>(level) << area_ordinal_bits;
}
constexpr AreaLevel level_of(AreaNo area) noexcept {
    return static_cast<AreaLevel>(area >> area_ordinal_bits);
}

/// Number of a dataset in this store.
using DatasetNo = std::int64_t;

class Numbers {
  public:
    explicit Numbers(Database& database);

    void prepare_load();

    std::optional<AreaNo> find(Area const& area);
    AreaNo intern(Area const& area);
    std::vector<AreaNo> find_areas(std::string_view key);
    Area const& area(AreaNo no);
    std::vector<AreaNo> areas();

    std::optional<IndicatorNo> find(DatasetNo dataset, IndicatorKey const& key);
    IndicatorNo intern(DatasetNo dataset, IndicatorKey const& key);
    IndicatorKey const& indicator(IndicatorNo no);
    DatasetNo dataset_of(IndicatorNo no);
    std::vector<IndicatorNo> indicators(DatasetNo dataset);

    StateNo intern(State const& state);
    State const& state(StateNo no);
    /// States known, 0 included.
    std::size_t state_count();

    /// Writes what is still on its way into the tables; to be called before the transaction is committed.
    void flush();
    /// From here on, until it is taken back, numbers are given and not written.
    void write_nothing(bool on) noexcept {
        writes_nothing_ = on;
        next_trial_indicator_.reset();
    }
    /// Drops what was interned since the last keep_new(): its transaction was rolled back.
    void forget_new();
    void keep_new();
    /// Drops everything that was looked up: it may come from a transaction that was rolled back.
    void forget_all();

  private:
    struct Indicator {
        DatasetNo dataset = 0;
        IndicatorKey key;
    };
    Indicator const& load_indicator(IndicatorNo no);
    void load_states();

    /// What a write transaction knows of a level: nobody else adds areas meanwhile.
    struct Level {
        std::optional<std::int64_t> next; ///< number of the next area; nothing = not asked yet
        bool is_whole = false;            ///< area_numbers_ holds all areas of the level
    };
    Level& level_for_writing(AreaLevel level);

    struct NewArea {
        std::int64_t no = 0;
        Area area;
    };
    bool writes_nothing_ = false;
    std::optional<std::int64_t> next_trial_indicator_;
    std::vector<NewArea> pending_; ///< areas that have a number and no row yet; fewer than rows_per_insert
    std::string insert_areas_sql_;

    Statement find_area_, insert_area_, insert_areas_, areas_of_level_, next_area_, area_by_no_,
        areas_by_code_, all_areas_;
    Statement find_indicator_, insert_indicator_, next_indicator_, indicator_by_no_, indicators_of_;
    Statement all_states_, insert_state_;
    std::unordered_map<Area, AreaNo, AreaHash> area_numbers_;
    std::unordered_map<AreaNo, Area> areas_;
    std::array<Level, 16> levels_;
    std::map<std::pair<DatasetNo, std::string>, IndicatorNo> indicator_numbers_;
    std::unordered_map<IndicatorNo, Indicator> indicators_;
    std::map<StateNo, State> states_; // references to a State stay valid
    std::map<std::string, StateNo> state_numbers_;
    bool has_new_areas_ = false;
    std::vector<IndicatorNo> new_indicators_;
    std::vector<StateNo> new_states_;
};

/// A state as text: equal texts are equal states. Also what content hashes see of it.
std::string state_text(State const& state);

} // namespace gateway::store
