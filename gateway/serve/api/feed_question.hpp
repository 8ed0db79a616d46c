// What the addresses of the feed are asked: area, dataset, indicator and kind as a filter, and places in the log as cursors.
//
// Errors   Refusal 400 naming the parameter; 410 where the change log no longer holds what comes behind a place
#pragma once

#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

struct FeedQuestion {
    query::ChangeFilter filter;
    std::string text; ///< the same for the same question of a caller with the same rights
    /// With what the kinds add to it: they decide what is told, and not what the state is.
    [[nodiscard]] std::string told() const;
};

FeedQuestion read_feed_question(Shelf& shelf, Call const& call, store::Store const& store);

/// Seals places; empty while the store has no entry.
std::string feed_key(store::Store const& store);

/// The place that a cursor stands for. \throws Refusal 400
query::ChangePlace require_place(std::string_view text, store::Store const& store,
                                 std::string const& question);

[[noreturn]] void refuse_gone_place(std::string const& why);

/// 410 for what the log no longer holds.
template <typename Action>
auto or_gone(Action const& action) {
    try {
        return action();
    } catch (Error const& error) {
        if (error.code() != Errc::not_found && error.code() != Errc::invalid_argument) throw;
        refuse_gone_place(error.what());
    }
}

} // namespace gateway::serve::api
