// The addresses of subscriptions: /api/v1/subscriptions and what lies below. The contract is
// schemas/openapi/kreislauf.json.
//
// Errors   Refusal 401 without a key, 403 for areas of others, 404, 409 for a step that is not possible now, 410 where the
//          feed no longer holds what comes behind a cursor
#pragma once

#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/subscribe/office.hpp"

namespace gateway::serve::subscribe {

http::Response list_subscriptions(Office& office, Call const& call);
http::Response add_subscription(Office& office, Call const& call);
http::Response show_subscription(Office& office, Call const& call);
http::Response change_subscription(Office& office, Call const& call);
http::Response end_subscription(Office& office, Call const& call);
http::Response pause_subscription(Office& office, Call const& call);
http::Response resume_subscription(Office& office, Call const& call);
http::Response new_subscription_secret(Office& office, Call const& call);
http::Response list_failures(Office& office, Call const& call);
http::Response replay_failure(Office& office, Call const& call);
http::Response acknowledge(Office& office, Call const& call);
http::Response show_subscription_feed(Office& office, Call const& call);
http::Response show_subscription_state(Office& office, Call const& call);

/// The caller as an owner, "county:03159". \throws Refusal 401
std::string owner_of(Call const& call);

} // namespace gateway::serve::subscribe
