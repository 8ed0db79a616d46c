// Office: subscriptions as the server and the command line see them, with the rights of their owners.
//
// Rights   a subscription sees what a key with the scope of its owner sees; the operator's (owner "") what is public.
//          A key subscribes for areas of its own scope alone, and sees its own subscriptions alone.
// Secrets  the secret of a webhook is returned once, by the call that made it
// Record   what a way read of RESTRICTED datasets is written down like every transmission
// Threads  from any; one ledger behind a lock
// Errors   Error not_found, conflict, invalid_argument naming the field
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/serve/access/gate.hpp"
#include "gateway/subscribe/dispatcher.hpp"
#include "gateway/subscribe/ledger.hpp"
#include "gateway/subscribe/settings.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::serve::subscribe {

using gateway::subscribe::Ledger;
using gateway::subscribe::Subscriber;
using gateway::subscribe::Subscription;
using gateway::subscribe::SubscriptionState;

struct OfficeSettings {
    std::string store;           ///< directory of the store
    std::string data;            ///< folder with mappings/
    std::string public_url = {}; ///< for links; empty = as subscriptions.toml says, or links without host
    std::string version = {};
    std::function<UnixTime()> now = {}; ///< empty = the system's
    std::function<void(std::string_view)> complain = {};
};

/// A new subscription, and its secret where it has one.
struct Added {
    Subscription subscription;
    std::string secret;
};

/// The set of a subscription at a place of the log.
struct StateOfSet {
    std::uint64_t number = 0;
    std::string sha256;
};

class Office {
  public:
    explicit Office(OfficeSettings settings);
    ~Office();

    /// What an owner subscribed wishes to add; `from_start`: everything that was ever told comes first.
    Added add(Subscription wish, bool from_start);
    Subscription change(std::string_view id, std::function<void(Subscription&)> const& change);
    Subscription pause(std::string_view id, std::string const& why);
    Subscription resume(std::string_view id, std::string const& why);
    Subscription end(std::string_view id, std::string const& why);
    /// A new secret; the old one counts for another day, or no longer where it is `lost`.
    std::string new_secret(std::string_view id, bool lost);
    gateway::subscribe::Failure replay(std::string_view id, std::int64_t failure);
    /// \throws Error not_found where the log no longer says
    StateOfSet state(Subscription const& subscription, std::uint64_t number);

    /// What was announced lately (structure, territory, comment), the newest first: changes that come, and what was said
    /// of those that came.
    std::vector<gateway::subscribe::Event> announcements(std::string const& owner, std::size_t most);

    /// Why a caller of this scope cannot subscribe for these areas; empty where they can.
    [[nodiscard]] std::string objection_to_areas(std::string const& owner,
                                                 std::vector<std::string> const& areas);

    /// What the former areas of a subscription are today; it is told of them as well.
    [[nodiscard]] std::vector<std::string> areas_today(Subscription const& subscription);

    /// One user of the ledger at a time.
    template <typename Use>
    auto with_ledger(Use const& use) {
        std::lock_guard const lock{guard_};
        return use(ledger_);
    }
    [[nodiscard]] gateway::subscribe::Ways& ways() noexcept { return ways_; }
    [[nodiscard]] harmonize::territory::Register const& areas();
    [[nodiscard]] gateway::subscribe::WaySettings const& way_settings() const noexcept {
        return way_settings_;
    }
    [[nodiscard]] OfficeSettings const& settings() const noexcept { return settings_; }
    [[nodiscard]] std::string public_url() const;
    /// Who calls with a key that came in a form. \throws Refusal 401, 429
    access::Caller caller_with_key(http::Request const& request, std::string const& key);
    /// The store as the owner of a subscription may see it, and what to dispatch with.
    std::shared_ptr<store::Store const> open(Subscription const& subscription);
    gateway::subscribe::DispatchSettings dispatch_settings();

    // The feed of one subscription
    /// Sealed: whoever reads it cannot count what is hidden.
    std::string cursor(store::Store const& store, Subscription const& subscription,
                       query::ChangePlace const& place);
    std::optional<query::ChangePlace> place(store::Store const& store, Subscription const& subscription,
                                            std::string_view cursor);
    std::shared_ptr<query::ChangeFilter const> filter(Subscription const& subscription);

  private:
    std::shared_ptr<access::Release const> release();
    void check(Subscription& wish);
    static void check_datasets(store::Store const& store, Subscription& wish);
    void require_record(Subscription const& subscription);
    void add_ways();

    OfficeSettings settings_;
    gateway::subscribe::WaySettings way_settings_;
    access::Gate gate_;
    std::mutex guard_;
    Ledger ledger_;
    std::once_flag areas_once_;
    std::unique_ptr<harmonize::territory::Register> areas_;
    std::mutex secrets_guard_;
    Ledger secrets_; ///< of the threads that sign
    std::mutex unrecorded_guard_;
    std::set<std::string, std::less<>>
        unrecorded_; ///< subscriptions whose last reading could not be put on record
    gateway::subscribe::Ways ways_;
};

} // namespace gateway::serve::subscribe
