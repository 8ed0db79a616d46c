// Selection: a question to one dataset.
//
// Keys     one set of codes for each dimension but time, in the order FREQ, AREA, own dimensions; an empty set
//          means any, and so do dimensions left out at the end. Several patterns: what any of them matches.
// Filters  one per component; all must hold. A filter is an OR of ANDs of terms.
// Time     inclusive: what begins with or after the beginning of the first period and ends with or before the end
//          of the last. "2010" as the last period covers all of 2010 in months and quarters.
// Codes    unknown ones match nothing and are no error: who asks for some known and some unknown gets the known.
// Source   SDMX REST 1.5 and 2.2, data queries
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/query/time_range.hpp"

namespace gateway::query {

struct KeyPattern {
    std::vector<std::vector<std::string>> codes;
    friend bool operator==(KeyPattern const&, KeyPattern const&) = default;
};

enum class Operator : std::uint8_t {
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    contains,
    contains_not,
    starts_with,
    ends_with,
};

struct Term {
    Operator op = Operator::equal;
    std::string value;
    std::optional<DayRange> days =
        {}; ///< of a period that is written in another reporting year than that of January
    friend bool operator==(Term const&, Term const&) = default;
};

/// On a dimension, TIME_PERIOD, OBS_VALUE, or one of the attributes OBS_STATUS, CONF_STATUS, PROTECTION, SRC_SIGN,
/// MISSING_REASON, UNIT_MULT, AREA_LIST, AREA_LEVEL, VINTAGE. Texts are compared byte by byte, OBS_VALUE and
/// VINTAGE as numbers; a figure without a number matches nothing that is said of OBS_VALUE. On TIME_PERIOD the
/// order is that of days: ge begins no earlier, gt begins after its end, le ends no later, lt ends before it
/// begins; eq is the same days.
struct Filter {
    std::string component;
    std::vector<std::vector<Term>> any_of; ///< of terms that must all hold
    friend bool operator==(Filter const&, Filter const&) = default;
};

struct Selection {
    std::string dataset;
    std::optional<VintageNo> vintage; ///< as of this vintage; nothing = current
    std::optional<UnixTime> as_of;    ///< or as of this moment
    std::vector<KeyPattern> patterns; ///< empty = everything
    std::vector<Filter> filters;
    std::optional<DayRange> start; ///< startPeriod
    std::optional<DayRange> end;   ///< endPeriod
    /// Per series, after everything else; both together are the union.
    std::optional<std::uint64_t> first_observations, last_observations;
    /// What was added or revised since, and what was deleted, as two data sets.
    std::optional<UnixTime> updated_after;
    bool include_history = false; ///< a data set for every vintage
    std::uint64_t offset = 0;     ///< observations (series, for questions after keys) to leave out in front
    std::optional<std::uint64_t> limit;
};

} // namespace gateway::query
