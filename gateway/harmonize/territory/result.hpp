// What a conversion gives: a number or none for each target, time and stratum, and how it came about.
//
// A number stands only where every source that the crosswalk expects has one; otherwise none, or the sum of what
// is there where partial sums were asked for; never beside a confidential part, unless its office allows it. `low` and
// `high` are the range between the estimators, `lower` and `upper` add what protection may have changed: sums of
// protected figures get the sum of their bounds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "gateway/harmonize/territory/convert.hpp"

namespace gateway::harmonize::territory {

enum class ResultStatus : std::uint8_t {
    observed,   ///< one area that is whole
    summed,     ///< whole areas put together: exact
    estimated,  ///< some source was divided or itself estimated, or several protected ones were summed
                ///< (OBS_STATUS E)
    incomplete, ///< sources are absent, missing, doubled
    missing,    ///< no source has a number
};
std::string_view to_string(ResultStatus status) noexcept;

struct ResultValue {
    ResultStatus status = ResultStatus::missing;
    bool has_number = false;
    bool exact = true;    ///< `digits`, otherwise `estimates[0]`
    bool is_count = true; ///< not a ratio
    Decimal digits;
    double estimates[4] = {0, 0, 0, 0}; ///< by the weight asked for, population, area, employees
    double coverage = 0;                ///< share of the expected sources, by size where the table has sizes
    double share = 0;                   ///< largest share of a source that was divided; 0 where none was
    std::uint32_t numbers = 0;          ///< sources summed, by rows of the crosswalk
    std::uint32_t missing = 0;          ///< sources whose row has no number
    Flags flags = 0;
    std::optional<MissingReason> reason; ///< where there is no number
    bool at_least = false;               ///< a confidential part is not in it
    /// How far the true sum may lie away, by the protection of the sources: all of it in digits where nothing was
    /// divided; else `below` and `above` only. 0 where no source is protected; not to be used where open().
    std::optional<Bounds> bounds;
    double below = 0;
    double above = 0;
    double measured = no_weight; ///< the same from municipalities, where they tell; see finer.hpp
    [[nodiscard]] double value() const noexcept;
    /// Range of the estimators; the value itself where nothing was divided.
    [[nodiscard]] double low() const noexcept;
    [[nodiscard]] double high() const noexcept;
    /// A source was changed by an unknown amount, or is confidential: nothing is known of the true sum.
    /// By how much an estimate is off; NaN where nobody has measured.
    [[nodiscard]] double error() const noexcept { return value() - measured; }
    [[nodiscard]] bool open() const noexcept { return (flags & flag::open_part) != 0; }
    /// Where the true sum lies, estimators and protection together; nothing where nobody knows.
    [[nodiscard]] std::optional<double> lower() const noexcept;
    [[nodiscard]] std::optional<double> upper() const noexcept;
};

struct ResultRow {
    std::uint32_t target = 0;
    std::uint32_t stratum = 0;
    std::uint32_t time = 0;              ///< number in the conversion
    std::span<ResultValue const> values; ///< of the request, then its ratios
};

class Finer;

/// How far estimates of one value were off, over all that could be measured.
struct MeasuredError {
    std::uint64_t estimates = 0; ///< estimated values
    std::uint64_t measured = 0;  ///< those with a measure
    double misplaced = 0;        ///< half of the sum of |error|: what stands in the wrong district
    double total = 0;            ///< sum of the measured values
    double worst = 0;            ///< largest |error| relative to its measure
    std::string worst_place;     ///< "2019, 16066"
};

/// Counts of values by status, for the report.
struct ResultCounts {
    std::uint64_t rows = 0;
    std::uint64_t by_status[5] = {};
    std::uint64_t by_flag[16] = {};
    std::vector<MeasuredError> errors; ///< by value and ratio, where finer data were given
};

/// Calls `each` for every time in order, with its rows by target, then stratum: a piece of them at a time, so that
/// memory does not grow with their number (all at once where counts become integers). The rows live for the call.
/// With `finer`, estimates carry what was measured.
ResultCounts each_result(Conversion const& conversion,
                         std::function<void(DataTime const&, std::span<ResultRow const>)> const& each,
                         Finer const* finer = nullptr);

} // namespace gateway::harmonize::territory
