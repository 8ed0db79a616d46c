// Checker: is a load plausible?
//
// Feeds on series in ascending (indicator, area) order, as a load or the store hands them out, and finds what sound
// statistics would not show. Breaches with one cause are one finding with a count and its first examples; nothing is
// changed or dropped here. Whatever depends on the indicator or the area alone is decided once for each, so that
// every load can be checked.
//
// Tolerance  a total may differ from its parts by what protection and rounding explain: half-widths of R3, R5, R10
//            (one per summed cell), the rule's half-width for CKM, half a unit of the last published digit per
//            cell where digits are cut or the unit has a multiplier.
// Memory     bounded whatever the size: 64 bytes per cell of a total that a rule checks up to Surroundings::memory,
//            beyond that sorted runs in a temporary file; a few hundred bytes per indicator.
// Source     docs/plausibility.md
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/plausibility/rules.hpp"

namespace gateway::harmonize::plausibility {

/// A breach, or many with one cause.
struct Finding {
    Errc code = Errc::out_of_range;
    Severity severity = Severity::warning;
    std::string rule;  ///< id
    std::string place; ///< of the rule in its file
    std::uint64_t line = 0;
    std::string area;      ///< key of the first
    std::string indicator; ///< IndicatorKey::text() of the first
    std::string period;    ///< of the first
    std::string found;     ///< "63,000"
    std::string expected;  ///< "at most 62,494, the total (+2 by R5)"
    std::string next_step;
    std::uint64_t count = 1;
    std::vector<std::string> examples; ///< "03153 2024-12-31 line 12: ..." of the first few

    [[nodiscard]] Issue issue() const;
};

struct CheckedCell {
    TimePeriod period;
    std::optional<Decimal> number;
    std::optional<MissingReason> reason;
    Quality const* quality = nullptr;
    std::uint64_t line = 0; ///< 0 = not known
};

struct Surroundings {
    std::string dataset;
    AreaRegister const* areas = nullptr;
    /// Keys of the counties valid on a day, in order.
    std::function<std::vector<std::string>(std::int32_t day)> counties_on;
    /// Inhabitants of an area in a period, where somebody knows.
    std::function<std::optional<Decimal>(Area const&, TimePeriod const&)> inhabitants;
    /// What the store holds for a cell, where it holds something.
    std::function<std::optional<Observation>(IndicatorKey const&, Area const&, TimePeriod const&)> stored;
    /// Whether the store holds anything confidential of an indicator; empty = it may.
    std::function<bool(IndicatorKey const&)> has_secrets;
    /// Where sums are spilled that memory has no room for; empty = the system's folder for temporary files.
    std::string scratch;
    std::size_t memory = std::size_t{4} << 20U; ///< bytes for the sums of all rules together
    unsigned threads = 1;                       ///< that finish() may use
};

/// Numbers that the caller has for an indicator and an area: the same for the same throughout, those of the areas
/// ascending within an indicator. Numbers of areas count from 0: a table of that size is kept.
struct SeriesNumbers {
    std::uint32_t indicator = 0;
    std::uint32_t area = 0;
};

class Checker {
  public:
    /// `rules` must outlive it.
    Checker(RuleSet const& rules, Surroundings surroundings);
    ~Checker();
    Checker(Checker const&) = delete;
    Checker& operator=(Checker const&) = delete;

    void series(SeriesNumbers numbers, IndicatorKey const& indicator, Area const& area,
                std::span<CheckedCell const> cells);
    /// The same for callers without numbers; areas in any order.
    void series(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells);
    /// The gravest first; each rule that is past its expiry is a finding, too.
    std::vector<Finding> finish();
    /// How often sums were spilled so far.
    [[nodiscard]] std::size_t spills() const noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::harmonize::plausibility
