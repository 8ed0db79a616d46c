// Subscription: what a county wants to hear of, and how it is to reach it.
//
// Shape    area (with all that lies in it and all that went into it) x datasets x indicators x kinds of change. An
//          empty list means everything. The view is that of `owner`: what they may not see is neither told nor counted.
// States   unconfirmed -> active <-> paused -> ended; active -> disabled where the receiver is gone (410) or could not
//          be reached for 75 hours. Only active ones are delivered to; positions stay in every state.
// Errors   Error invalid_argument naming the field, its value and what is expected
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::subscribe {

enum class SubscriptionState : std::uint8_t {
    unconfirmed, ///< its receiver has not agreed yet; nothing but the question is sent
    active,
    paused,   ///< its owner wants to hear nothing for now; nothing is lost
    disabled, ///< its receiver is gone or out of reach; resume asks it again
    ended     ///< for good; kept so that its failures can be read
};
std::string_view to_string(SubscriptionState state) noexcept; ///< "active"
std::optional<SubscriptionState> subscription_state_from(std::string_view name) noexcept;

struct Subscription {
    std::string id;    ///< "S-000042", given by the ledger
    std::string owner; ///< scope of the key it was made with, "county:03159"; empty: the operator
    std::string title; ///< the owner's words for it
    std::vector<std::string> areas;      ///< keys
    std::vector<std::string> datasets;   ///< ids
    std::vector<std::string> indicators; ///< codes of MEASURE
    std::vector<std::string> kinds;      ///< as in the feed: "added", "revised", "deleted", "recalled", ...
    std::string territory; ///< of packages: "", "latest" or a day; what changed is always told as published
    std::string format;    ///< of what is delivered; the way says which it knows; empty: its own
    std::string way;       ///< "webhook", "mail", "drop", "atom", "sse", "pull", ...
    std::string address;   ///< of the receiver; what it is depends on the way
    std::map<std::string, std::string, std::less<>> options; ///< of the way; never secret
    UnixTime created = 0, changed = 0;
    std::optional<UnixTime> ended;
    SubscriptionState state = SubscriptionState::active;
    std::string why; ///< of the state: what the receiver answered, what its owner said
    friend bool operator==(Subscription const&, Subscription const&) = default;
};

/// What of a subscription can be wrong without looking into a store; empty where nothing is.
std::string objection_to(Subscription const& subscription);

/// The set that is subscribed, as a text: equal texts are answered by the same changes.
std::string question_of(Subscription const& subscription);

} // namespace gateway::subscribe
