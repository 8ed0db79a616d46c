// Item states: where each table of each source stands after all attempts so far.
//
// One run may leave several attempts of a table, one per document; they count as one round, which ended as its worst did:
// nine sound files never hide the tenth.
//
// Units    UnixTime in seconds
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/store/store.hpp"

namespace gateway::night {

inline constexpr UnixTime round_seconds = 2; ///< attempts of one round are recorded together

enum class Outcome : std::uint8_t {
    other,     ///< a word that is not known here; or "not_data", a description instead of figures
    unchanged, ///< the source said nothing new
    loaded,    ///< a new vintage
    not_newer, ///< a document older than the one in force
    withdrawn, ///< the source took the table away
    absent,    ///< it never had it
    not_ready, ///< its job is under way
    empty,     ///< a table without a row
    failed,
};
Outcome outcome_of(std::string_view word) noexcept;
bool is_success(Outcome outcome) noexcept; ///< the source answered with a sound table
bool is_failure(Outcome outcome) noexcept; ///< not_ready, empty or failed

struct ItemState {
    store::Attempt last; ///< the worst of the last round
    Outcome outcome = Outcome::other;
    std::optional<UnixTime> last_success;
    unsigned failures = 0;      ///< rounds in a row, up to the last
    UnixTime failing_since = 0; ///< first of them
};

/// By (source, table). The table "" is the source as a whole, which fails where its credentials are refused; it is well
/// again as soon as any of its tables succeeds.
using ItemStates = std::map<std::pair<std::string, std::string>, ItemState>;
ItemStates item_states(std::span<store::Attempt const> oldest_first);

/// The cause that an attempt's text ends with: "... (source_refused)".
std::optional<Errc> cause_of(store::Attempt const& attempt) noexcept;

/// When a failed item may be asked again: 30 minutes after the first failure, twice as long after each further one, never
/// more than a day. Refused credentials wait for a day at once, because trying them again locks the account.
UnixTime paused_until(ItemState const& state) noexcept;

} // namespace gateway::night
