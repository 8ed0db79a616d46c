// Parts of kreislauf territory.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/harmonize/territory/register.hpp"

namespace gateway::app {

Exit run_territory_map(Options const& options, harmonize::territory::Register const& areas);
Exit run_territory_import(Options const& options, harmonize::territory::Register const& areas);
Exit run_territory_list(Options const& options);

} // namespace gateway::app
