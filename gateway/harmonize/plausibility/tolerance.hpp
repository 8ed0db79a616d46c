// By how much a published value may lie off the true one.
#pragma once

#include "gateway/harmonize/plausibility/checker.hpp"

namespace gateway::harmonize::plausibility {

/// Half-width of one value by its bounds, its protection regime, or the rounding of its last digit where digits are
/// cut (a mark, a multiplier).
double half_width(Rule const& rule, IndicatorKey const& indicator, CheckedCell const& cell);

/// For comparisons with a tolerance; sums themselves stay exact.
double as_double(Decimal const& number);

/// "62494 (±2)"
std::string with_tolerance(std::string number, double tolerance);

} // namespace gateway::harmonize::plausibility
