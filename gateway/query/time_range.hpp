// Time ranges of questions: any period that SDMX can write, as the days that it covers.
//
// Text     2010 · 2010-A1 · 2010-S1 · 2010-T2 · 2010-Q3 · 2010-05 · 2010-M05 · 2010-W05 (ISO week) · 2010-D060 ·
//          2010-05-31 · 2010-05-31T12:00:00Z (its day) · 2010-08-01/P1Y
// Source   SDMX 2.1 section 6, 4.2 (ObservationalTimePeriod); ISO 8601 for weeks
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::query {

/// Half-open, in days since 1970-01-01.
struct DayRange {
    std::int32_t begin = 0;
    std::int32_t end = 0;
    friend bool operator==(DayRange const&, DayRange const&) = default;
};

/// Nothing where `text` is no such period, or one that does not exist (2010-W54, 2010-02-30).
std::optional<DayRange> parse_time_range(std::string_view text) noexcept;

} // namespace gateway::query
