// The section [intake] of kreislauf.toml: where offices put files, beside what they upload.
//
// Source   schemas/config/kreislauf.schema.json; docs/agreements.md
// Errors   Error invalid_argument naming file:line:column, the key and what is expected
#pragma once

#include <string>

namespace gateway::app {

struct IntakeConfig {
    std::string folder; ///< one folder in it for each agreement; empty = nobody looks
};

} // namespace gateway::app
