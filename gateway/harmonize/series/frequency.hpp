// Frequency: figures of different kinds of time in one frequency, where that means something.
//
// Flows     sum over complete months, quarters or half-years of one kind; never over a gap, never interpolated
// Stocks    the one day asked for, else the day the measure's rule names, else the last of the period;
//           or the mean of the days that its rule names (the population's: both ends of the year)
// Means     the mean of complete months or quarters, where the measure's rule says that this is how it is made
// Terms     school years and terms stand for the year that the measure's rule names
// Ratios, medians, attributes are only ever taken as they are.
//
// Every figure says how it came about; what a target period cannot have is a figure without number and a reason.
// Source    mappings/frequency.toml; docs/series.md, time
// Errors    Error invalid_argument for a frequency that is none, and where a measure can have none of it
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/series/made.hpp"
#include "gateway/harmonize/series/measures.hpp"

namespace gateway::harmonize::series {

struct FrequencyTarget {
    TimePeriod::Kind kind = TimePeriod::Kind::year; ///< year, half_year, quarter, month or school_year
    bool mean = false;                              ///< of stocks: the mean instead of one day
    unsigned month = 0, day = 0;                    ///< the day asked for, years only; 0 = the measure's own

    /// "year", "year-mean", "year.06-30": as parse_frequency reads it.
    [[nodiscard]] std::string text() const;
};

/// Reads "year", "half-year", "quarter", "month", "school-year", "year-mean" and "year.06-30".
FrequencyTarget parse_frequency(std::string_view text);

struct AtFrequency {
    std::vector<Made> figures; ///< by period
    std::vector<Part> unused;  ///< published figures that stand for no target period, with why in `name`
    std::string refused;       ///< why nothing can be had at all; then `figures` is empty
};

/// The figures of one series at another frequency. `series` is in order of periods, one figure each.
AtFrequency at_frequency(std::vector<Observation> const& series, FrequencyTarget const& target,
                         MeasureRule const& rule);

} // namespace gateway::harmonize::series
