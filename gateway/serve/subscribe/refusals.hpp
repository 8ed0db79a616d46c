// What callers of subscriptions are refused, in words. Of a subscription that belongs to somebody else nothing is said but
// what is said of one that never was.
#pragma once

#include <string>
#include <string_view>

#include "gateway/serve/problem.hpp"

namespace gateway::serve::subscribe {

Refusal no_key();                                   ///< 401
Refusal no_subscriptions_yet();                     ///< 503
Refusal unknown_subscription(std::string_view id);  ///< 404
Refusal foreign_area(std::string const& what);      ///< 403
Refusal against_it(std::string const& what);        ///< 409: a step that is not possible now
Refusal feed_begins_later(std::string const& what); ///< 410
Refusal bad_member(std::string_view member, std::string_view value, Text const& expected);

} // namespace gateway::serve::subscribe
