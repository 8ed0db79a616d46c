// The SDMX REST interface: /sdmx/v1 (SDMX 2.1) and /sdmx/v2 (SDMX 3.0) as folders of addresses of the service.
//
// docs/sdmx-service.md lists resources, formats and parameters. Clients in use work on it unchanged.
// Threads  handlers may be called from several threads
// Errors   every one becomes an SDMX error in XML or JSON; causes of 500 are left to the service
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/sdmx/derived.hpp"

namespace gateway::serve::sdmx {

/// `version` of the program: an update may change bytes, and so it changes entity tags.
/// `derived` (may be null) adds the flows on today's areas.
std::vector<Mount> mounts(std::string const& version, std::shared_ptr<DerivedFlows> derived = {});

} // namespace gateway::serve::sdmx
