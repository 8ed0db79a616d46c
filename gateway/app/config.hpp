// Configuration: kreislauf.toml.
//
// Source   schemas/config/kreislauf.schema.json; docs/configuration.md
// Errors   Error invalid_argument naming file:line:column, the key and what is expected. Unknown keys are
//          errors: a misspelt one would be silently without effect.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/app/config_intake.hpp"
#include "gateway/app/config_night.hpp"
#include "gateway/app/config_serve.hpp"
#include "gateway/query/retention.hpp"

namespace gateway::app {

struct SourceConfig {
    std::string id;
    std::string service; ///< row of mappings/services.toml
    std::string url;     ///< other address than the service's; "directory:PATH" plays from a folder
    std::vector<std::string> tables;
    std::string credentials_file; ///< two lines, user and password, or one line, a token; empty = environment
    std::string language = "de";
    int start_year = 0; ///< 0 = the source's default slices
    bool quality = true;
    bool compress = false;
    SourceLimits limits;
};

struct Config {
    std::string file;
    std::vector<SourceConfig> sources;
    std::optional<ServeConfig> serve;
    IntakeConfig intake;
    query::Retention changes;
    NightConfig night;
    BrakeConfig brake;
};

/// Reads and checks a configuration file, which must name a source. Relative paths are relative to the file.
Config load_config(std::string const& path);
/// The same for the text of the file at `path`; one with [serve] or [intake] may do without sources.
Config parse_config(std::string_view text, std::string const& path);

} // namespace gateway::app
