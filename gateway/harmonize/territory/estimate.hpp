// Whole numbers for estimated counts: the largest remainder, so that totals stay.
//
// Each number becomes the integer below or above it; which ones go up is decided by their fractions, the largest
// first, ties by order. Germany is divided among the Länder first, each Land among its areas then, so that both
// totals hold. Always done once, behind the last step of a chain, never between steps.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gateway::harmonize::territory {

/// Integers near `values` whose sum is `total`, which must be a rounding of the sum of `values`.
std::vector<std::int64_t> apportioned(std::span<double const> values, std::int64_t total);

/// The same for areas in the order of `keys`: sums of each Land (first two digits) and of all are kept.
std::vector<std::int64_t> apportioned_by_land(std::span<std::string_view const> keys,
                                              std::span<double const> values);

} // namespace gateway::harmonize::territory
