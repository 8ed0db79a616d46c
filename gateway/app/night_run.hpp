// What `sync` and `daemon` have in common: the sources of the configuration as the runner wants them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/app/config.hpp"
#include "gateway/app/options.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/night/run.hpp"

namespace gateway::app {

/// The configuration of `--config`, else that of the store. \throws Error invalid_argument where there is none
Config night_config(Options const& options);

/// `overrides`: SERVICE=URL.
std::vector<night::RunSource> run_sources(Config const& config, harmonize::MappingFiles const& mappings,
                                          std::vector<std::string> const& overrides);

/// libcurl, or a folder for "directory:PATH".
std::unique_ptr<Transport> transport_for(night::RunSource const& source);

/// Names of the source for people, and its calendars.
night::SourceFacts source_facts(SourceConfig const& source, harmonize::MappingFiles const& mappings);

/// Of the jitter in pauses: the same for every run on this machine and store. 0, no jitter, for a clock that was given.
std::uint64_t jitter_seed(Options const& options);

} // namespace gateway::app
