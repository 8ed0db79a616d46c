// The table of addresses of the county API, and what their handlers share.
#pragma once

#include <vector>

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// Handlers keep a reference to `shelf`.
std::vector<Route> routes(Shelf& shelf);

} // namespace gateway::serve::api
