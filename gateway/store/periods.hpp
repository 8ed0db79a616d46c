// Period coding: the time axis of a packed series in a few bytes.
//
// Shape    First byte: kind | mode << 3. Ordinals count in the kind's own unit (years, half years, quarters,
//          months, terms; days for reference dates), so a yearly series costs four bytes whatever its length.
//          Reference dates on the last day, or the same day, of months count in months:
//            step          zigzag first ordinal, varint step
//            deltas        zigzag first ordinal, n - 1 varint differences
//            month_step    day (0 = last of the month), then as step, in months
//            month_deltas  day, then as deltas, in months
//            mixed         per period: kind, zigzag start - previous start (days), varint length (days)
// Errors   Error corrupt_store; decoded periods exist in the calendar and ascend strictly.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "gateway/store/store.hpp"

namespace gateway::store {

/// Appends the coding of the periods of `observations` (ascending, at least one) to `out`.
void encode_periods(std::span<PackedObservation const> observations, std::string& out);

/// Fills the periods of `observations`; all of `bytes` must be used up.
void decode_periods(std::span<std::byte const> bytes, std::span<PackedObservation> observations);

} // namespace gateway::store
