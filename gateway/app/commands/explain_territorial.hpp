// kreislauf explain of a figure on another territory: ids with "~2016-12-31" behind them, and those of derived flows,
// "D_LATEST/...".
#pragma once

#include <optional>

#include "gateway/app/options.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::app {

Exit explain_territorial(Options const& options, FigureId const& id);
/// Nothing where the dataset is no derived flow.
std::optional<Exit> explain_derived(Options const& options, FigureId const& id);

} // namespace gateway::app
