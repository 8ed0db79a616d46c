// The addresses of subscriptions: /api/v1/subscriptions, and the page for counties at /abonnement.
#pragma once

#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/subscribe/office.hpp"

namespace gateway::serve::subscribe {

/// Handlers keep a reference to `office`.
std::vector<Route> routes(Office& office);

} // namespace gateway::serve::subscribe
