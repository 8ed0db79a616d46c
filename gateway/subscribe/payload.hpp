// What a webhook says, as JSON. Internal to gateway/subscribe; docs/subscriptions.md describes every field.
#pragma once

#include <string>
#include <string_view>

#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

std::string webhook_body(Subscription const& subscription, Batch const& batch, std::string const& link);
std::string consent_body(Subscription const& subscription, std::string_view challenge, UnixTime now);
/// Whether an answer is the challenge, as a text or as {"challenge": "..."}.
bool gives_back(std::string_view answer, std::string_view challenge);

} // namespace gateway::subscribe
