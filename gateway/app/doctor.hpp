// The part of `kreislauf doctor` that knows configuration, credentials, mappings and sources.
//
// Errors   none: what is wrong is a symptom
#pragma once

#include <vector>

#include "gateway/app/options.hpp"
#include "gateway/care/doctor.hpp"

namespace gateway::app {

struct Config;

/// Reads the configuration; `config` is empty where it cannot be read.
std::vector<care::Symptom> examine_configuration(Options const& options, Config& config);
/// Files with user and password or a token: there, sound, and nobody else's.
std::vector<care::Symptom> examine_credentials(Config const& config);
/// Every mapping file against its schema and against what was shipped, and the tables of the configuration.
std::vector<care::Symptom> examine_mappings(Config const& config);
/// One HEAD for each address.
std::vector<care::Symptom> examine_sources(Config const& config);

} // namespace gateway::app
