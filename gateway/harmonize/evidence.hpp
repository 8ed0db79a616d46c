// What a whole document shows about its levels: needed before one '-' can be read.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "gateway/harmonize/runs.hpp"
#include "gateway/harmonize/table.hpp"

namespace gateway::harmonize {

struct TableHarmonizer::Evidence {
    explicit Evidence(TableKeys const& keys);

    void add(std::span<KeyedCell const> cells);
    /// True where some '-' stands for a total, in a place that has numbers: its parts have to be looked at.
    [[nodiscard]] bool needs_parts();
    /// After add() of all cells, once more for each where needs_parts().
    void add_parts(std::span<KeyedCell const> cells);

    /// Group of an area: its level within its Land.
    [[nodiscard]] std::uint32_t group(std::uint32_t area) const { return group_of_[area]; }
    [[nodiscard]] std::size_t groups() const noexcept { return group_count_; }
    /// Number of the measure (code, unit, multiplier) of an indicator.
    [[nodiscard]] std::uint32_t measure(std::uint32_t indicator) const { return measure_of_[indicator]; }
    /// Some cell of this measure, group and period is a number.
    [[nodiscard]] bool filled(std::uint32_t measure, std::uint32_t group, std::uint16_t period) const;
    /// Some cell of this measure and period is a number on this level, in whatever Land.
    [[nodiscard]] bool filled_anywhere(std::uint32_t measure, AreaLevel level, std::uint16_t period) const;
    /// Some cell of this area and period is a number.
    [[nodiscard]] bool has_numbers(std::uint32_t area, std::uint16_t period) const;
    /// Every cell of this area is '.'.
    [[nodiscard]] bool only_dots(std::uint32_t area) const { return !other_than_dot_[area]; }
    /// A '-' for a total although one of its parts is a number other than zero: the source left the total open.
    [[nodiscard]] bool contradicted(KeyedCell const& cell) const;
    [[nodiscard]] bool any_nothing() const noexcept { return any_nothing_; }
    [[nodiscard]] bool covers(std::string_view measure, AreaLevel level, TimePeriod const& period) const;

  private:
    [[nodiscard]] std::uint64_t place(std::uint32_t indicator, std::uint32_t area,
                                      std::uint16_t period) const {
        return (std::uint64_t{indicator} * group_of_.size() + area) * periods_ + period;
    }
    [[nodiscard]] std::vector<std::uint32_t> const& totals_of(std::uint32_t indicator);

    TableKeys const& keys_;
    std::size_t periods_ = 0;
    std::size_t group_count_ = 0;
    std::size_t measures_ = 0;
    std::vector<std::uint32_t> group_of_;
    std::vector<std::uint32_t> measure_of_;
    std::vector<std::string> measure_text_; // per measure: MEASURE code
    std::vector<AreaLevel> level_of_group_;
    std::vector<bool> filled_;      // [measure][group][period]
    std::vector<bool> present_;     // the same, for any cell
    std::vector<bool> has_numbers_; // [area][period]
    std::vector<bool> other_than_dot_;
    bool any_nothing_ = false;
    std::vector<bool> is_total_;             // [indicator]: some dimension is _T
    std::vector<std::uint64_t> open_totals_; // place() of every '-' of a total; sorted by needs_parts()
    std::vector<bool> open_here_;            // [area][period]
    std::unordered_set<std::uint64_t> contradicted_; // places
    std::vector<std::vector<std::uint32_t>> totals_; // [indicator]: the totals of which it is a part
    std::vector<bool> totals_known_;
    std::map<IndicatorKey, std::uint32_t> numbers_; // of indicators
};

} // namespace gateway::harmonize
