// The form of the page for counties: a new subscription, or one that is being changed, and what was filled in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/subscribe/subscription.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::serve::subscribe {

using Fields = std::multimap<std::string, std::string, std::less<>>;

/// First value of a field; empty where it was not filled in.
std::string field(Fields const& fields, std::string_view name);

/// What the form says, over `one`; of a new one with its way.
void read_form(Fields const& fields, gateway::subscribe::Subscription& one, bool is_new);

/// What the form begins with.
struct Form {
    gateway::subscribe::Subscription filled; ///< with an id: it is changed; without: a new one
    bool from_start = false;
    std::vector<std::pair<std::string, std::string>> datasets; ///< id and title of what can be ticked
};

std::string page_form(Form const& form, gateway::subscribe::Ways const& known);

/// "neue Werte", "Webhook: ..."; the name itself where it has no words
std::string_view kind_words(std::string_view kind) noexcept;
std::string_view way_words(std::string_view way) noexcept;

/// In German what an objection of the gateway means, with its own words behind.
std::string objection_words(std::string_view objection);

} // namespace gateway::serve::subscribe
