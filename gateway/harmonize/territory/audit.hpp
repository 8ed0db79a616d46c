// Auditing a crosswalk before it is used: weights that do not add up, doubles, gaps, keys of mixed length.
//
// Source   the known defects of published tables, docs/territory.md
#pragma once

#include <vector>

#include "gateway/harmonize/territory/crosswalk.hpp"

namespace gateway::harmonize::territory {

/// Folded by cause: one issue per kind and weight, with the first case and their number. Includes the issues that
/// reading found. Nothing here forbids the use of the table; estimate and report say what was done about it.
std::vector<Issue> audited(Crosswalk const& crosswalk);

} // namespace gateway::harmonize::territory
