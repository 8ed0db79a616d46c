// Explaining figures of series views: ids with "~freq:year", "~ages", "~unit", "~breaks" ... behind them.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::app {

/// True where the last step of the id's view is one of this module.
bool is_series_view(FigureId const& id) noexcept;

/// Computes the figure again from the state of knowledge of its vintage and prints rules and parts, each with its
/// own id, which explain leads further back.
/// \throws Error not_found where the view gives no such figure
Exit explain_series(Options const& options, FigureId const& id);

} // namespace gateway::app
