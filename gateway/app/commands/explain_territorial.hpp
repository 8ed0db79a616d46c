// kreislauf explain of a figure on another territory: ids with "~2016-12-31" behind them.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::app {

Exit explain_territorial(Options const& options, FigureId const& id);

} // namespace gateway::app
