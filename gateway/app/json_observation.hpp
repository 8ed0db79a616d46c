// An observation as JSON: the same members wherever a command prints one.
//
// Shape    value (a number with the published digits, or null), missing_reason (text, or null where there is a
//          number), obs_status, conf_status, protection, sign.
#pragma once

#include "gateway/app/json.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::app {

/// The members alone, into the object that is open.
void write_members(Json& json, Observation const& figure);
/// An object of its own.
void write_observation(Json& json, Observation const& figure);

} // namespace gateway::app
