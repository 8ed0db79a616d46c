// Subscriptions as JSON: what is shown of them, and what somebody wishes; the API and the command line write and read the
// same. docs/subscriptions.md and the contract, schemas/openapi/kreislauf.json, describe every member.
//
// Shape    a member without content is null, a list without entries []; times as in 2026-11-26T06:00:00Z
// Errors   BadMember naming the member; unknown members are refused: a slip in "kind" must not subscribe to everything
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/subscribe/ledger.hpp"

namespace gateway::subscribe {

/// What is said beside the subscription itself.
struct Shown {
    std::optional<std::string> base = {};      ///< in front of links; nothing = without links
    std::string secret = {};                   ///< shown once
    bool numbers = false;                      ///< places as numbers of the log: for the operator alone
    std::vector<std::string> areas_today = {}; ///< what former areas of it are today
};

std::string to_json(Subscriber const& one, Shown const& shown);
/// `numbers`: with the entries that the message told.
std::string to_json(Failure const& failure, bool numbers);

/// A member that is not as expected.
class BadMember : public Error {
  public:
    BadMember(std::string name, std::string value, std::string expected, std::string expected_de);
    std::string member, value, expected, expected_de;
};

struct Wish {
    Subscription subscription; ///< what is not said is as before
    bool from_start = false;
};

/// Reads {"area": [...], ...} over what is there. `is_new`: with "way" and "begin".
Wish wish_from(std::string_view body, Subscription const& before, bool is_new);

/// The one text member of a small body, such as {"reason": "..."}; an empty body has none.
std::optional<std::string> text_from(std::string_view body, char const* member);

} // namespace gateway::subscribe
