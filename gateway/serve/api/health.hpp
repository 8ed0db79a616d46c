// Addresses for whoever watches the service.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// 200 as long as the process answers.
http::Response show_health(Call const& call);
/// 200 where the store can be read, 503 otherwise.
http::Response show_readiness(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
