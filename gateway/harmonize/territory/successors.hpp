// Successors: which areas of a day hold the land of a former area.
//
// Shape    the official changes followed from the end of a life to a day: a merger leads to one area, a split to all of
//          its parts. What only gave some land away goes on as itself.
// Units    day numbers since 1970-01-01
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"

namespace gateway::harmonize::territory {

/// Keys in force on `day`, ascending. `key` alone where it is in force itself, is not known here, or nothing is known of
/// what came after it.
std::vector<std::string> successors(Register const& areas, std::string_view key, std::int32_t day);

} // namespace gateway::harmonize::territory
