// What the configuration says of nights: [night], [brake], and the limits of a [[source]].
//
// Source   schemas/config/kreislauf.schema.json; docs/configuration.md
#pragma once

#include <map>
#include <optional>
#include <string>

#include "gateway/intake/agreement.hpp"
#include "gateway/night/run.hpp"

namespace gateway::app {

/// Limits of one source.
struct SourceLimits {
    night::Budget budget;
    std::optional<int> spacing_ms; ///< nothing: see spacing_of()
    int parallel = 1;
    bool ask_modified = false;
    std::map<std::string, night::Expected> expected; ///< of tables
};

/// [night]: when the daemon works, in German time. Without both, whenever something is due.
struct NightConfig {
    std::optional<int> begin_minute, end_minute; ///< of the day
};

struct BrakeConfig {
    bool is_on = true;
    intake::Brake limits;
};

} // namespace gateway::app
