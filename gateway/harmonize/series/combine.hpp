// Sums and means of published figures that never claim more than their parts.
//
// Digits   exact (128 bits); a mean that has no finite decimal is rounded half away from zero to three digits
//          more than its parts, and says so
// Bounds   half-widths add, those of R3, R5 and R10 also where the source gave none. A part whose protection
//          has no known width (CKM, SAFE, samples) leaves the result without bounds: nothing is claimed.
// Missing  one part without a number makes the result one: confidential before unreliable, pending,
//          not loaded, unknown. NO_TERRITORY and NOT_APPLICABLE are no parts of a whole: they count as missing.
// Source   domain rules: sums of k rounded cells are off by k half-widths; own sums of protected cells are
//          estimates (OBS_STATUS E); docs/series.md
#pragma once

#include <optional>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/series/made.hpp"

namespace gateway::harmonize::series {

/// The sum of `parts` for `period`. Its making is `summed`, or `none` with a note that names the part.
Made sum_of(std::vector<Part> parts, TimePeriod const& period);

/// The mean of `parts`, each with the same weight.
Made mean_of(std::vector<Part> parts, TimePeriod const& period);

/// What is certain about a figure: its bounds, else those of its protection; nothing where nothing is known.
/// Exact figures have bounds of zero.
std::optional<Bounds> certain_bounds(Observation const& figure) noexcept;

/// True where the office changes or hides small counts of this cell.
bool is_protected(Observation const& figure) noexcept;

/// A figure without number, with its reason as its status says it (CONFIDENTIAL is Q and C).
Observation without_number(TimePeriod const& period, MissingReason reason);

} // namespace gateway::harmonize::series
