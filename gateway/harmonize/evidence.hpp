// What a whole document shows about its levels: needed before one '-' can be read.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gateway/harmonize/runs.hpp"
#include "gateway/harmonize/table.hpp"

namespace gateway::harmonize {

struct TableHarmonizer::Evidence {
    explicit Evidence(TableKeys const& keys);

    void add(std::span<KeyedCell const> cells);

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
    [[nodiscard]] bool any_nothing() const noexcept { return any_nothing_; }
    [[nodiscard]] bool covers(std::string_view measure, AreaLevel level, TimePeriod const& period) const;

  private:
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
};

} // namespace gateway::harmonize
