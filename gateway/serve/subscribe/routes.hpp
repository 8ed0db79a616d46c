// The addresses of subscriptions: /api/v1/subscriptions, and the page for counties at /abonnement.
#pragma once

#include <functional>
#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/subscribe/office.hpp"

namespace gateway::serve::subscribe {

/// Handlers keep a reference to `office`.
std::vector<Route> routes(Office& office);
/// Asks at each call, from any thread. Null: there is no store to subscribe to yet, which is answered with 503.
std::vector<Route> routes(std::function<Office*()> office);

} // namespace gateway::serve::subscribe
