// What the commands `report` and `plan` have in common: the facts of a store and its configuration.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/night/facts.hpp"
#include "gateway/night/morning.hpp"

namespace gateway::app {

struct NightDesk {
    night::Facts facts;
    night::CommandWords words;
};

/// \throws Error not_found where there is no store; invalid_argument for a fault in the configuration. Without
/// configuration the facts are those of the store alone.
NightDesk night_desk(Options const& options, UnixTime since, UnixTime until);

} // namespace gateway::app
