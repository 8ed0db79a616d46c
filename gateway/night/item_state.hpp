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

/// The words of gateway/ingest/outcome.hpp, from the least to the worst.
enum class Outcome : std::uint8_t {
    other,         ///< a word that is not known here; or "not_data", a description instead of figures
    skipped,       ///< the source lists no change since it was last asked for the table
    unchanged,     ///< the source said nothing new
    late,          ///< nothing new, although its day has come
    loaded,        ///< a new vintage
    not_newer,     ///< a document older than the one in force
    declined,      ///< what a person refused after the brake had stopped it
    withdrawn,     ///< the source took the table away
    absent,        ///< it never had it
    postponed,     ///< budget, deadline, or the source wants to be left alone
    not_ready,     ///< its job is under way
    unavailable,   ///< no usable answer came
    held,          ///< the brake stopped it
    too_big,       ///< more than the source gives in one piece
    partial,       ///< cut, damaged or incomplete
    changed_shape, ///< something else than the table that is known
    empty,         ///< a table without a row
    refused,       ///< credentials, permission
    failed,
};
Outcome outcome_of(std::string_view word) noexcept;
std::string_view name_of(Outcome outcome) noexcept;
bool is_success(
    Outcome outcome) noexcept; ///< the source answered with a sound table, or said that it has none newer
bool is_failure(Outcome outcome) noexcept; ///< it should be tried again after a pause

struct ItemState {
    store::Attempt last; ///< the worst of the last round
    Outcome outcome = Outcome::other;
    std::optional<UnixTime> last_success;
    std::optional<UnixTime>
        last_answer;            ///< success with a document or the word of the source that it has none newer
    unsigned failures = 0;      ///< rounds in a row, up to the last
    UnixTime failing_since = 0; ///< first of them
};

/// By (source, table). The table "" is the source as a whole, which fails where its credentials are refused; it is well
/// again as soon as any of its tables succeeds.
using ItemStates = std::map<std::pair<std::string, std::string>, ItemState>;
ItemStates item_states(std::span<store::Attempt const> oldest_first);

/// The cause that an attempt's text ends with: "... (source_refused)".
std::optional<Errc> cause_of(store::Attempt const& attempt) noexcept;

/// The time that an attempt's text names: "...; not before 2026-11-27T11:00:00Z"; 0 where it names none.
UnixTime not_before_of(store::Attempt const& attempt) noexcept;

/// When a failed item may be asked again: 30 minutes after the first failure, twice as long after each further one, never
/// more than a day. Refused credentials wait for a day at once, because trying them again locks the account. With a
/// `seed` up to a quarter more, so that not everybody comes back at the same moment. Never before the source wants it.
UnixTime paused_until(ItemState const& state, std::uint64_t seed = 0) noexcept;

} // namespace gateway::night
