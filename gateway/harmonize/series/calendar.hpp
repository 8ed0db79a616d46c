// Calendar: periods inside periods.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::series {

struct Day {
    int year = 0;
    unsigned month = 0, day = 0;
};
Day day_of(std::int32_t days_since_1970) noexcept;
/// Last day of a month.
unsigned last_day(int year, unsigned month) noexcept;

/// The period of `kind` (year, half_year, quarter, month, school_year) that holds a day; nothing for other kinds.
std::optional<TimePeriod> period_around(std::int32_t day, TimePeriod::Kind kind) noexcept;

/// Periods of `kind` (half_year, quarter, month) that fill `whole` without a gap; empty where they do not.
std::vector<TimePeriod> periods_in(TimePeriod const& whole, TimePeriod::Kind kind);

/// "Monat", "Quartal" ... and "month", "quarter" ... of a kind, for texts.
std::string kind_de(TimePeriod::Kind kind, bool plural);
std::string kind_en(TimePeriod::Kind kind, bool plural);

} // namespace gateway::harmonize::series
