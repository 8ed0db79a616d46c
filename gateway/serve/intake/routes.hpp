// The addresses of deliveries: /api/v1/deliveries, /api/v1/uploads (tus), and the page for clerks at /lieferung.
#pragma once

#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/intake/desk.hpp"

namespace gateway::serve::intake {

/// Handlers keep a reference to `desk`.
std::vector<Route> routes(Desk& desk);

/// How large the body of a request to these addresses may be; nothing for every other.
std::optional<std::uint64_t> body_limit(std::string_view method, std::string_view target);

} // namespace gateway::serve::intake
