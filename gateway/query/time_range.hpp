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

/// The day on which a reporting year begins. Other days than 1 January move what is written with a letter (2010-Q3):
/// the reporting year 2010 begins in 2010. Its first week begins on the Monday of the week that the day lies in,
/// where that is a Thursday or earlier, else on the next Monday.
struct ReportingYear {
    unsigned month = 1;
    unsigned day = 1;
};
/// "--07-01"; nothing for another form, a day that does not exist, or 29 February.
std::optional<ReportingYear> parse_reporting_year(std::string_view text) noexcept;

/// Nothing where `text` is no such period, or one that does not exist (2010-W54, 2010-02-30).
std::optional<DayRange> parse_time_range(std::string_view text, ReportingYear const& start = {}) noexcept;

} // namespace gateway::query
