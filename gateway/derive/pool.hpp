// Pool: the series of some areas of one dataset, side by side.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/core/observation.hpp"

namespace gateway::derive {

/// Figures by period, by key of the area.
using SeriesByArea = std::map<std::string, std::vector<Observation>, std::less<>>;
/// ... by indicator.
using Pool = std::map<IndicatorKey, SeriesByArea>;

} // namespace gateway::derive
