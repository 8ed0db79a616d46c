// The section [changes] of kreislauf.toml: how much of the change log is kept.
//
// Source   schemas/config/kreislauf.schema.json; docs/configuration.md, docs/feed.md
// Errors   as gateway/app/config_keys.hpp
#pragma once

#include <string>

#include "gateway/io/toml_library.hpp"
#include "gateway/query/retention.hpp"

namespace gateway::app {

query::Retention read_changes(std::string const& file, toml::table const& table);

} // namespace gateway::app
