// Way: how changes reach a subscriber. An extension implements this and is given to the dispatcher.
//
// Threads  everything is called from several threads at once, never twice at once for one subscription
// Errors   what goes wrong with a receiver is an Outcome; an exception counts as `again` with its text
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/query/changes.hpp"
#include "gateway/store/store.hpp"
#include "gateway/subscribe/ledger.hpp"

namespace gateway::subscribe {

/// Series of one vintage of a dataset that a message tells of. A series may be in several.
struct ChangedSeries {
    std::string dataset;
    VintageNo vintage = 0;
    UnixTime time = 0;
    std::string note; ///< why: of the vintage, where it has one
    std::uint64_t series = 0, added = 0, revised = 0, deleted = 0;
};

/// An entry without figures.
struct Event {
    store::ChangeKind kind = store::ChangeKind::comment;
    std::string dataset; ///< empty: of all
    VintageNo vintage = 0;
    UnixTime time = 0;
    std::string text;
};

/// What one message tells: the entries (behind, until] of the change log that are meant for the subscriber.
struct Batch {
    std::string message; ///< its id; the same again at a repeat
    std::uint64_t behind = 0, until = 0;
    UnixTime time = 0; ///< of the newest entry
    std::vector<ChangedSeries> changed;
    std::vector<Event> events;
    bool is_replay = false; ///< a failure is made up for
    /// What is subscribed, to read old and new values: query::ChangeReader{*open(), *filter}.page() from behind.
    std::shared_ptr<query::ChangeFilter const> filter;
    /// The store as the owner of the subscription may see it; a connection of one's own at each call.
    std::function<std::shared_ptr<store::Store const>()> open;
    /// Called by a way between what it read from open() and what it sends: what is not public must be on record first.
    /// \throws Error io where it is not; then nothing may be sent. Empty = there is nothing to record.
    std::function<void()> require_record = {};
};

struct Outcome {
    enum class Kind : std::uint8_t {
        delivered,
        again,  ///< later, as the plan or `try_at` says; given up after 75 hours
        gone,   ///< whoever was there does not want it any more: the subscription is disabled
        refused ///< this message will never be taken: it goes to the failures, the next one follows
    };
    Kind kind = Kind::delivered;
    std::optional<UnixTime> try_at =
        {};                ///< of again: the receiver asked for it (Retry-After), or it is not the hour
    bool counts = true;    ///< of again: false = nothing was tried yet, as it is not the hour
    int status = 0;        ///< of an answer over HTTP or SMTP; 0 = none came
    std::string text = {}; ///< what the owner should know; never a secret
};

class Way {
  public:
    Way() = default;
    Way(Way const&) = delete;
    Way& operator=(Way const&) = delete;
    virtual ~Way() = default;

    [[nodiscard]] virtual std::string_view name() const noexcept = 0; ///< Subscription::way
    /// What is wrong with address, format or options; empty where nothing is.
    [[nodiscard]] virtual std::string why_not(Subscription const& subscription) const = 0;
    /// True where what it brings can be on the areas of a day, Subscription::territory.
    [[nodiscard]] virtual bool knows_territory() const noexcept { return false; }
    /// True where the receiver must agree before anything else is sent.
    [[nodiscard]] virtual bool asks_consent() const noexcept { return false; }
    /// True where messages are signed: a secret is made, and shown to the owner once.
    [[nodiscard]] virtual bool wants_secret() const noexcept { return false; }
    /// Asks for it. delivered: it agreed; gone or refused: it does not want to.
    virtual Outcome ask(Subscription const& subscription) {
        static_cast<void>(subscription);
        return {};
    }
    /// False where subscribers come and take: nothing is dispatched, Ledger::acknowledge() moves the position.
    [[nodiscard]] virtual bool pushes() const noexcept { return true; }
    /// When changes that are there at `now` are to be told: now, or the evening for a daily mail.
    [[nodiscard]] virtual UnixTime due(Subscription const& subscription, UnixTime now) const {
        static_cast<void>(subscription);
        return now;
    }
    virtual Outcome deliver(Subscription const& subscription, Batch const& batch) = 0;
    /// Key under which receivers count as the same machine, for the limit per host.
    [[nodiscard]] virtual std::string host_of(Subscription const& subscription) const {
        return subscription.address;
    }
};

/// The ways of one gateway. Immutable once made.
class Ways {
  public:
    void add(std::unique_ptr<Way> way);
    [[nodiscard]] Way* find(std::string_view name) const noexcept;
    [[nodiscard]] std::string names() const; ///< "drop, mail, webhook"

  private:
    std::vector<std::unique_ptr<Way>> ways_;
};

} // namespace gateway::subscribe
