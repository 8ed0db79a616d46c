// One series on its way through the rules, and the numbers of its periods. Internal to the checker.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "gateway/harmonize/plausibility/checker.hpp"

namespace gateway::harmonize::plausibility {

/// Areas in the order in which they came.
class AreaSlots {
  public:
    std::uint32_t of(std::uint32_t number, Area const& area) {
        if (slots_.size() <= number) slots_.resize(number + std::size_t{1}, none);
        auto& slot = slots_[number];
        if (slot == none) {
            slot = static_cast<std::uint32_t>(areas_.size());
            areas_.push_back(area);
        }
        return slot;
    }
    /// The area that has this number.
    [[nodiscard]] Area const& numbered(std::uint32_t number) const { return areas_[slots_.at(number)]; }

  private:
    static constexpr auto none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> slots_;
    std::vector<Area> areas_;
};

/// Numbers periods from 0. Series of one table have the same periods in the same order.
class PeriodNumbers {
  public:
    void start_series() noexcept { next_ = 0; }
    std::uint32_t of(TimePeriod const& period) {
        if (next_ >= known_.size() || known_[next_] != period) next_ = find(period);
        return next_++;
    }
    [[nodiscard]] TimePeriod const& at(std::uint32_t number) const { return known_[number]; }

  private:
    std::uint32_t find(TimePeriod const& period) {
        auto const [at, is_new] = numbers_.try_emplace(period, static_cast<std::uint32_t>(known_.size()));
        if (is_new) known_.push_back(period);
        return at->second;
    }
    std::vector<TimePeriod> known_;
    std::map<TimePeriod, std::uint32_t> numbers_;
    std::uint32_t next_ = 0;
};

struct CheckedSeries {
    IndicatorKey const& indicator;
    Area const& area;
    std::uint32_t area_no;   ///< as the caller numbers it
    std::uint32_t area_slot; ///< from 0 on
    std::span<CheckedCell const> cells;
    std::span<std::uint32_t const> periods; ///< number of each cell's period
};

} // namespace gateway::harmonize::plausibility
