#include "gateway/serve/subscribe/office.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/intake/agreement_book.hpp"
#include "gateway/intake/told.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/access/visible_store.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/store/change_log.hpp"
#include "gateway/subscribe/measures.hpp"
#include "gateway/subscribe/pull.hpp"
#include "gateway/subscribe/signature.hpp"
#include "gateway/subscribe/way_sections.hpp"
#include "gateway/subscribe/webhook.hpp"

namespace gateway::serve::subscribe {
namespace {

using namespace gateway::subscribe;

constexpr UnixTime secret_overlap_s = 86'400;
constexpr std::array<std::string_view, 6> things{"address '",   "format ",        "option ",
                                                 "territory '", "a webhook has ", "a subscription of way "};

/// A store with the rights of an owner. What was read of RESTRICTED datasets is on record before the store is given
/// back: ways read first and send then.
class OwnersView {
  public:
    OwnersView(std::string const& directory, std::shared_ptr<access::Release const> release,
               access::Caller caller, std::string target, std::function<void(OwnersView const&)> record)
        : inner_{store::open_sqlite(directory, true)}, release_{std::move(release)}, caller_{std::move(
                                                                                         caller)},
          target_{std::move(target)}, record_{std::move(record)}, visible_{*inner_, *release_, caller_,
                                                                           audit_} {}
    ~OwnersView() {
        if (!audit_.read.empty()) record_(*this);
    }
    OwnersView(OwnersView const&) = delete;
    OwnersView& operator=(OwnersView const&) = delete;

    [[nodiscard]] store::Store const& store() const noexcept { return visible_; }
    [[nodiscard]] access::Audit const& audit() const noexcept { return audit_; }
    [[nodiscard]] access::Caller const& caller() const noexcept { return caller_; }
    [[nodiscard]] std::string const& target() const noexcept { return target_; }

  private:
    std::unique_ptr<store::Store> inner_;
    std::shared_ptr<access::Release const> release_;
    access::Caller caller_;
    std::string target_;
    std::function<void(OwnersView const&)> record_;
    access::Audit audit_;
    access::VisibleStore visible_;
};

access::Caller caller_of(Subscription const& subscription) {
    access::Caller caller;
    caller.scope = access::scope_from(subscription.owner);
    caller.purpose = "subscription " + subscription.id;
    return caller;
}

UnixTime system_now() {
    return Clock::system().now();
}

/// The text that binds a cursor to one subscription and what it asks for.
std::string question_text(Subscription const& subscription) {
    return "subscription " + subscription.id + "\n" + question_of(subscription);
}

std::string key_of(store::Store const& store) {
    return store.position(store::ChangeLog::secret_source, store::ChangeLog::secret_item);
}

/// What the agreements say of who is told; they are read again when their files change.
/// \throws Error malformed for an agreement that cannot be read: then nothing is dispatched, rather than too much
auto told_rule(OfficeSettings const& settings, harmonize::territory::Register const& areas) {
    auto const book = std::make_shared<gateway::intake::AgreementBook>(
        std::vector{settings.data + "/mappings/agreements", settings.store + "/intake/agreements"},
        settings.complain);
    return [book, &areas, now = settings.now](Subscription const& subscription, store::Store const& store,
                                              std::string_view dataset, VintageNo vintage) {
        auto const told = gateway::intake::who_is_told(store, book->now(), dataset, vintage);
        return !told || gateway::intake::is_told(*told, subscription.owner, areas, day_of(now()));
    };
}

/// Whether an objection of a way says itself what it is about.
bool names_its_thing(std::string_view objection) {
    return std::any_of(things.begin(), things.end(),
                       [objection](std::string_view thing) { return objection.starts_with(thing); });
}

OfficeSettings with_clock(OfficeSettings settings) {
    if (!settings.now) settings.now = system_now;
    return settings;
}

} // namespace

Office::Office(OfficeSettings settings)
    : settings_{with_clock(std::move(settings))},
      way_settings_{load_way_settings(ledger_folder(settings_.store))}, gate_{settings_.store + "/service",
                                                                              {},
                                                                              settings_.complain,
                                                                              settings_.now},
      ledger_{ledger_folder(settings_.store)}, secrets_{ledger_folder(settings_.store)} {
    add_ways();
}

Office::~Office() = default;

void Office::add_ways() {
    WebhookSettings made;
    made.guard = Guard{way_settings_.allowed, way_settings_.plain_http};
    made.secrets = [this](std::string const& id) {
        std::lock_guard const lock{secrets_guard_};
        return secrets_.secrets(id, settings_.now());
    };
    made.link = [this](Subscription const& subscription, Batch const& batch) {
        query::ChangePlace place;
        place.number = batch.behind;
        auto const store = batch.open();
        return public_url() + "/api/v1/subscriptions/" + subscription.id +
               "/feed?cursor=" + cursor(*store, subscription, place);
    };
    made.now = settings_.now;
    made.user_agent = "kreislauf/" + settings_.version;
    ways_.add(std::make_unique<Webhook>(std::move(made)));
    ways_.add(std::make_unique<Pull>());
    if (way_settings_.sections.empty()) return;
    WaySurroundings around;
    around.store = settings_.store;
    around.service = settings_.store + "/service";
    around.data = settings_.data;
    around.mappings = settings_.data + "/mappings";
    around.public_url = public_url();
    around.areas = &areas();
    around.withholds = [this](std::string_view dataset) {
        return release()->class_of(dataset) != access::ReleaseClass::open;
    };
    around.now = settings_.now;
    gateway::subscribe::add_ways(ways_, way_settings_, around);
}

std::string Office::public_url() const {
    return settings_.public_url.empty() ? way_settings_.public_url : settings_.public_url;
}

harmonize::territory::Register const& Office::areas() {
    std::call_once(areas_once_, [this] {
        areas_ = std::make_unique<harmonize::territory::Register>(
            harmonize::territory::Register::from_directory(settings_.data + "/mappings/territory"));
    });
    return *areas_;
}

access::Caller Office::caller_with_key(http::Request const& request, std::string const& key) {
    http::Request made;
    made.remote = request.remote;
    if (!key.empty()) made.headers.emplace_back("X-API-Key", key);
    return gate_.admit(made);
}

std::shared_ptr<access::Release const> Office::release() {
    return gate_.release();
}

std::shared_ptr<store::Store const> Office::open(Subscription const& subscription) {
    auto const record = [this, id = subscription.id](OwnersView const& view) {
        try {
            gate_.record(view.caller(), view.target(), view.audit().read, {});
        } catch (std::exception const& error) {
            {
                std::lock_guard const lock{unrecorded_guard_};
                unrecorded_.insert(id);
            }
            if (settings_.complain)
                settings_.complain(std::string{"subscriptions: a transmission is not on record: "} +
                                   error.what());
        }
    };
    auto const view = std::make_shared<OwnersView>(settings_.store, release(), caller_of(subscription),
                                                   "subscription " + subscription.id, record);
    return {view, &view->store()};
}

void Office::require_record(Subscription const& subscription) {
    std::lock_guard const lock{unrecorded_guard_};
    if (unrecorded_.erase(subscription.id) != 0)
        throw Error{Errc::io,
                    "what was read of data that are not public could not be put on record; nothing was "
                    "sent, it is tried again"};
}

DispatchSettings Office::dispatch_settings() {
    DispatchSettings made;
    made.folder = ledger_folder(settings_.store);
    made.open = [this](Subscription const& subscription) { return open(subscription); };
    made.require_record = [this](Subscription const& subscription) { require_record(subscription); };
    made.may_know = [this](Subscription const& subscription) -> MayKnow {
        return [rights = release(), caller = caller_of(subscription)](
                   std::string_view dataset) -> std::function<bool(Area const&)> {
            auto const right = rights->right(caller, dataset);
            if (!right.any) return [](Area const&) { return false; };
            if (!right.only) return {};
            return [scope = *right.only](Area const& area) { return scope.holds(area); };
        };
    };
    made.may_tell = told_rule(settings_, areas());
    made.now = settings_.now;
    auto const random = std::make_shared<std::mt19937_64>(std::random_device{}());
    made.jitter = [random] { return std::uniform_real_distribution<double>{0, 1}(*random); };
    made.complain = settings_.complain;
    // Opened when there is a store, and anew where it was replaced by another: a backup that was restored.
    struct Watched {
        std::unique_ptr<store::Store> store;
        std::uint64_t inode = 0, times = 0;
    };
    made.generation = [watched = std::make_shared<Watched>(), directory = settings_.store] {
        auto const inode = io::stamp_of(directory + "/store.sqlite").inode;
        if (!watched->store || inode != watched->inode) {
            watched->store = store::open_sqlite(directory, true);
            watched->inode = inode;
            ++watched->times;
        }
        return (watched->times << 48U) + watched->store->last_change();
    };
    return made;
}

std::vector<Event> Office::announcements(std::string const& owner, std::size_t most) {
    // Far enough back for weeks of releases, and no look at a log of ten million entries.
    constexpr std::uint64_t entries_back = 200'000;
    Subscription asks;
    asks.owner = owner;
    auto const store = open(asks);
    auto const last = store->last_change();
    std::vector<Event> found;
    store->changes(last > entries_back ? last - entries_back : 1, [&](store::ChangeBlock const& block) {
        bool const is_said = block.kind == store::ChangeKind::structure ||
                             block.kind == store::ChangeKind::territory ||
                             block.kind == store::ChangeKind::comment;
        if (is_said && !block.note.empty())
            found.push_back({block.kind, block.dataset, block.vintage, block.time, block.note});
        return true;
    });
    std::reverse(found.begin(), found.end());
    if (found.size() > most) found.resize(most);
    return found;
}

std::string Office::objection_to_areas(std::string const& owner, std::vector<std::string> const& wanted) {
    auto const scope = access::scope_from(owner);
    if (!scope || (scope->kind == access::Scope::Kind::office && scope->area == "DG")) return {};
    if (wanted.empty()) return "the subscription names no area; a key subscribes for its own, " + scope->area;
    std::set<std::string, std::less<>> own;
    add_with_former(areas(), scope->area, own);
    for (auto& key : gateway::subscribe::areas_today(areas(), {scope->area}, day_of(settings_.now())))
        own.insert(std::move(key));
    for (auto const& key : wanted) {
        bool const is_own =
            std::any_of(own.begin(), own.end(), [&key](auto const& one) { return key.starts_with(one); });
        if (!is_own)
            return "area '" + key + "' is not of " + owner + "; a key subscribes for its own, " + scope->area;
    }
    return {};
}

void Office::check(Subscription& wish) {
    if (auto const objection = objection_to(wish); !objection.empty())
        throw Error{Errc::invalid_argument, objection};
    auto* const way = ways_.find(wish.way);
    if (way == nullptr)
        throw Error{Errc::invalid_argument,
                    "way has the value '" + wish.way.substr(0, 40) + "'; expected one of: " + ways_.names()};
    if (auto const objection = way->why_not(wish); !objection.empty())
        throw Error{Errc::invalid_argument,
                    names_its_thing(objection)
                        ? objection
                        : "address '" + wish.address.substr(0, 200) + "': " + objection};
    if (!wish.territory.empty() && !way->knows_territory())
        throw Error{
            Errc::invalid_argument,
            "territory '" + wish.territory + "': way " + wish.way +
                " tells figures as they are published; packages on the areas of a day come by way drop"};
    if (auto const objection = objection_to_areas(wish.owner, wish.areas); !objection.empty())
        throw Error{Errc::invalid_argument, objection};
    auto const store = open(wish);
    for (auto const& key : wish.areas)
        if (areas().lives(key).empty() && key != "DG" && store->find_areas(key).empty())
            throw Error{Errc::invalid_argument, "area: " + areas().unknown_key_text(key)};
    check_datasets(*store, wish);
    if (auto const objection =
            objection_to_measures(*store, {wish.datasets.begin(), wish.datasets.end()}, wish.indicators);
        !objection.empty())
        throw Error{Errc::invalid_argument,
                    "indicator: " + objection +
                        "; GET /api/v1/indicators and kreislauf list indicators name them"};
}

/// Takes table codes for ids.
void Office::check_datasets(store::Store const& store, Subscription& wish) {
    for (auto& dataset : wish.datasets) {
        if (store.dataset(dataset)) continue;
        std::vector<std::string> of_table;
        for (auto const& one : store.datasets())
            if (one.table == dataset) of_table.push_back(one.id);
        if (of_table.size() != 1)
            throw Error{Errc::invalid_argument,
                        "dataset has the value '" + dataset + "'; " +
                            (of_table.empty()
                                 ? "there is none of that id or table code"
                                 : "several have that table code, give an id: " + of_table.front()) +
                            "; GET /api/v1/datasets and kreislauf list datasets name them"};
        dataset = of_table.front();
    }
}

Added Office::add(Subscription wish, bool from_start) {
    check(wish);
    auto const& way = *ways_.find(wish.way);
    wish.created = settings_.now();
    wish.state = way.asks_consent() ? SubscriptionState::unconfirmed : SubscriptionState::active;
    wish.why = way.asks_consent() ? "its receiver is being asked" : "";
    auto const number = from_start ? 0 : open(wish)->last_change();
    std::lock_guard const lock{guard_};
    Added added;
    added.subscription = ledger_.add(std::move(wish), number);
    if (way.wants_secret()) {
        added.secret = gateway::subscribe::new_secret();
        ledger_.add_secret(added.subscription.id, added.secret, settings_.now(), settings_.now());
    }
    return added;
}

Subscription Office::change(std::string_view id, std::function<void(Subscription&)> const& change) {
    std::lock_guard const lock{guard_};
    auto const before = ledger_.require(id).subscription;
    auto wish = before;
    change(wish);
    wish.owner = before.owner;
    wish.id = before.id;
    check(wish);
    auto const now = settings_.now();
    auto after = ledger_.change(id, now, [&](Subscription& one) {
        auto const state = one.state;
        auto const why = one.why;
        one = wish;
        one.state = state;
        one.why = why;
    });
    bool const moved = after.address != before.address || after.way != before.way;
    bool const must_agree = moved && ways_.find(after.way)->asks_consent();
    // Whoever sits at another address must agree, too.
    if (must_agree && after.state == SubscriptionState::active) {
        ledger_.move(id, SubscriptionState::paused, now, "another address");
        return ledger_.move(id, SubscriptionState::unconfirmed, now,
                            "another address: its receiver is being asked");
    }
    if (must_agree && after.state == SubscriptionState::paused)
        return ledger_.move(id, SubscriptionState::disabled, now,
                            "another address: its receiver is asked when the subscription is resumed");
    return after;
}

Subscription Office::pause(std::string_view id, std::string const& why) {
    std::lock_guard const lock{guard_};
    return ledger_.move(id, SubscriptionState::paused, settings_.now(), why);
}

Subscription Office::resume(std::string_view id, std::string const& why) {
    std::lock_guard const lock{guard_};
    auto found = ledger_.require(id).subscription;
    auto const* const way = ways_.find(found.way);
    bool const asks = found.state == SubscriptionState::disabled && way != nullptr && way->asks_consent();
    if (found.state == SubscriptionState::unconfirmed) return found; // it is being asked
    return ledger_.move(id, asks ? SubscriptionState::unconfirmed : SubscriptionState::active,
                        settings_.now(), why);
}

Subscription Office::end(std::string_view id, std::string const& why) {
    std::lock_guard const lock{guard_};
    return ledger_.move(id, SubscriptionState::ended, settings_.now(), why);
}

std::string Office::new_secret(std::string_view id, bool lost) {
    std::lock_guard const lock{guard_};
    auto const found = ledger_.require(id).subscription;
    auto const* const way = ways_.find(found.way);
    if (way == nullptr || !way->wants_secret())
        throw Error{Errc::invalid_argument,
                    "subscription " + found.id + " of way " + found.way + " has no secret"};
    if (found.state == SubscriptionState::ended)
        throw Error{Errc::conflict, "subscription " + found.id + " has ended; add a new one"};
    auto secret = gateway::subscribe::new_secret();
    auto const now = settings_.now();
    ledger_.add_secret(id, secret, now, lost ? now : now + secret_overlap_s);
    return secret;
}

Failure Office::replay(std::string_view id, std::int64_t failure) {
    std::lock_guard const lock{guard_};
    auto const found = ledger_.failure(failure);
    if (!found || found->subscription != id)
        throw Error{Errc::not_found,
                    "subscription " + std::string{id} + " has no failure " + std::to_string(failure)};
    return ledger_.want_replay(failure, settings_.now());
}

std::shared_ptr<query::ChangeFilter const> Office::filter(Subscription const& subscription) {
    return filter_of(subscription, areas(), day_of(settings_.now()));
}

std::vector<std::string> Office::areas_today(Subscription const& subscription) {
    return gateway::subscribe::areas_today(areas(), subscription.areas, day_of(settings_.now()));
}

StateOfSet Office::state(Subscription const& subscription, std::uint64_t number) {
    auto const store = open(subscription);
    auto const wanted = filter(subscription);
    return {number, query::ChangeReader{*store, *wanted}.state(number)};
}

std::string Office::cursor(store::Store const& store, Subscription const& subscription,
                           query::ChangePlace const& place) {
    return api::seal_place(place, question_text(subscription), key_of(store));
}

std::optional<query::ChangePlace> Office::place(store::Store const& store, Subscription const& subscription,
                                                std::string_view cursor) {
    auto const question = question_text(subscription);
    // An empty store has no secret yet, and nothing to hide.
    for (auto const& key : {key_of(store), std::string{}})
        if (auto found = api::open_place(cursor, question, key);
            found && (!key.empty() || found->number == 0))
            return found;
    return std::nullopt;
}

} // namespace gateway::serve::subscribe
