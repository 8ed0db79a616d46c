// Cursors of the feed: a place in the change log, sealed, so that nobody can count what they may not see.
//
// Shape    base64url of 8 bytes tag and the place, both hidden by a stream that key and tag determine: the same place
//          is the same text. The key is of the store (gateway/store/change_log.hpp): a cursor outlives restarts and
//          moves with a backup.
// Errors   nothing for what is no cursor of this store, or belongs to another question
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/query/changes.hpp"

namespace gateway::serve::api {

/// `question` stands for everything that decides what is told: filter and view.
std::string seal_place(query::ChangePlace const& place, std::string_view question, std::string_view key);
std::optional<query::ChangePlace> open_place(std::string_view text, std::string_view question,
                                             std::string_view key);

} // namespace gateway::serve::api
