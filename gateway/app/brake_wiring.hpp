// The brake as the configuration wants it.
#pragma once

#include "gateway/app/config.hpp"
#include "gateway/night/brake.hpp"

namespace gateway::app {

inline night::BrakeRule brake_rule(Config const& config) {
    return {config.brake.is_on, config.brake.limits};
}

} // namespace gateway::app
