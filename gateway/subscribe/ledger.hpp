// Ledger: the subscriptions of one gateway, how far each of them is, and what did not reach it.
//
// A message is written down before it is sent: its id and the entries it tells. Whatever is killed when, the same id is
// sent again with the same entries, so that a receiver can tell a repeat; the position moves when it was taken.
//
// Shape    STORE/subscriptions/subscriptions.sqlite, SQLite in WAL mode, synchronous=FULL; user_version is the form of
//          its tables. Folder 0700, file 0600: it holds the secrets of webhooks and ways.
// Threads  one user at a time per object; any number of objects and processes
// Errors   not_found for an id, conflict where a step is not possible from where the subscription stands, io,
//          corrupt_store
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/subscribe/subscription.hpp"

namespace gateway::subscribe {

/// How far a subscriber is. A message is under way where `message` is not empty.
struct Position {
    std::uint64_t number = 0; ///< the last entry of the change log that was taken, or is not meant for it
    UnixTime moved = 0;       ///< when
    std::string message;      ///< id of what is under way
    std::uint64_t until = 0;  ///< its last entry; it begins behind `number`
    unsigned tries = 0;       ///< so far
    UnixTime first_try = 0;   ///< when it was written down
    UnixTime next_try = 0;
    std::string trouble; ///< of the last try; empty where there was none
    friend bool operator==(Position const&, Position const&) = default;
};

struct Subscriber {
    Subscription subscription;
    Position position;
};

/// A message that was given up, or that its receiver refused.
struct Failure {
    std::int64_t no = 0;
    std::string subscription, message;
    std::uint64_t behind = 0, until = 0; ///< entries (behind, until]
    UnixTime first_try = 0, last_try = 0;
    unsigned tries = 0;
    int status = 0; ///< of the last answer; 0 = none came
    std::string text;
    std::optional<UnixTime> wanted;   ///< when somebody asked for it once more
    std::optional<UnixTime> replayed; ///< when it was taken after all
};

struct SubscriptionFilter {
    std::optional<std::string> owner; ///< "" = the operator's
    std::string way;
    std::optional<SubscriptionState> state;
    bool with_ended = false;
};

/// A message to write down before it is sent. Nothing in it: its entries are not meant for the subscriber.
struct Begin {
    std::string subscription;
    std::uint64_t behind = 0; ///< the position it was made at; where it is another now, nothing is written
    std::uint64_t until = 0;
    std::string message; ///< empty: the position moves to `until` at once
    UnixTime at = 0;     ///< first try
};

/// What became of a try.
struct Settle {
    enum class End : std::uint8_t {
        taken,    ///< the position moves
        again,    ///< at `next_try`
        given_up, ///< the position moves, the message is among the failures
        gone      ///< as again, and the subscription is disabled: the position stays
    };
    std::string subscription, message;
    End end = End::taken;
    UnixTime time = 0, next_try = 0;
    bool counts = true;    ///< of again: false = nothing was tried
    bool disables = false; ///< of given_up: the subscription is disabled, too
    bool agrees = false;   ///< of taken: it was the question, and an unconfirmed subscription becomes active
    int status = 0;
    std::string text;
};

class Ledger {
  public:
    /// Opens the ledger in `folder` (STORE/subscriptions); makes it where there is none.
    explicit Ledger(std::string const& folder);
    ~Ledger();

    /// A new one; its id is given. `number` is the entry behind which it begins.
    Subscription add(Subscription subscription, std::uint64_t number);
    [[nodiscard]] std::optional<Subscriber> find(std::string_view id) const;
    [[nodiscard]] Subscriber require(std::string_view id) const; ///< \throws Error not_found
    [[nodiscard]] std::vector<Subscriber> list(SubscriptionFilter const& filter = {}) const; ///< by id
    /// Lets `change` work on it while nobody else writes. Id, owner and created stay.
    Subscription change(std::string_view id, UnixTime time, std::function<void(Subscription&)> const& change);
    /// A new state, if it can be had from the one it is in. The same state again is fine and changes nothing.
    Subscription move(std::string_view id, SubscriptionState state, UnixTime time, std::string const& why);
    /// Grows with every write of any process; cheap.
    [[nodiscard]] std::uint64_t revision() const;

    /// For whoever takes changes by itself (pull, SSE, Atom): everything up to `number` was taken. Never goes back.
    void acknowledge(std::string_view id, std::uint64_t number, UnixTime time);
    /// Sets the position anew, also back: what comes behind `number` is told once more. Drops what is under way.
    void rewind(std::string_view id, std::uint64_t number, UnixTime time);
    /// One transaction each; what no longer fits, because somebody was quicker, is left out. Which were written.
    std::vector<bool> begin(std::span<Begin const> messages);
    void settle(std::span<Settle const> ends);

    [[nodiscard]] std::vector<Failure> failures(std::string_view id, std::size_t newest = 100) const;
    [[nodiscard]] std::optional<Failure> failure(std::int64_t no) const;
    /// Failures that somebody wants to be sent once more, the oldest first.
    [[nodiscard]] std::vector<Failure> wanted_replays() const;
    /// \throws Error not_found; conflict where it was taken after all
    Failure want_replay(std::int64_t no, UnixTime time);
    /// What became of the replay: it was taken (no text), or why not; then it is not wanted any more.
    void replayed(std::int64_t no, UnixTime time, int status, std::string const& trouble);

    /// Secrets in force, the newest first.
    [[nodiscard]] std::vector<std::string> secrets(std::string_view id, UnixTime now) const;
    /// Another secret; the ones before count until `others_until`.
    void add_secret(std::string_view id, std::string const& secret, UnixTime now, UnixTime others_until);

    [[nodiscard]] std::string const& folder() const noexcept;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Folder of the ledger beside a store.
std::string ledger_folder(std::string const& store);

} // namespace gateway::subscribe
