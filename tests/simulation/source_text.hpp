// What the simulated source writes. Internal to the simulation.
#pragma once

#include <string>

#include "tests/simulation/source.hpp"

namespace simulation {

/// A flat file of version 5.
std::string flat_text(Rows const& rows, NetFault fault, Dice& dice);

} // namespace simulation
