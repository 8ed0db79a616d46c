// Subscriptions as JSON: what is shown of them, and what somebody wishes. docs/subscriptions.md and the contract,
// schemas/openapi/kreislauf.json, describe every member.
//
// Errors   Refusal 400 naming the member; unknown members are refused: a slip in "kind" must not subscribe to everything
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/serve/json.hpp"
#include "gateway/subscribe/ledger.hpp"

namespace gateway::serve::subscribe {

/// `base` is in front of links; `secret` is shown where it is given, once.
void write_subscription(Json& json, gateway::subscribe::Subscriber const& one, std::string const& base,
                        std::string const& secret = {});
void write_failure(Json& json, gateway::subscribe::Failure const& failure);

struct Wish {
    gateway::subscribe::Subscription subscription; ///< what is not said is as in `before`
    bool from_start = false;
};

/// Reads {"area": [...], ...} over what is there. `is_new`: with "way", "address" and "begin".
Wish wish_from(std::string_view body, gateway::subscribe::Subscription const& before, bool is_new);

/// The one text member of a small body, such as {"reason": "..."}; an empty body has none.
std::optional<std::string> text_from(std::string_view body, char const* member);

} // namespace gateway::serve::subscribe
