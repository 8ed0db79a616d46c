#include "gateway/subscribe/dispatcher.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/subscribe/crew.hpp"
#include "gateway/subscribe/dispatch_lock.hpp"
#include "gateway/subscribe/retry.hpp"
#include "gateway/subscribe/webhook.hpp"

namespace gateway::subscribe {
namespace {

using std::chrono::steady_clock;

/// So many messages are written down together: the first ones must not wait for the last ones.
constexpr std::size_t begin_first = 10, begin_together = 100;
/// How soon those that came back are looked at again where nothing else happened.
constexpr std::chrono::milliseconds look_again{250};
/// Who took longer than this is known as slow until it is quicker.
constexpr std::chrono::milliseconds slow_from{2000};
constexpr UnixTime after_trouble_s = 60;
constexpr std::chrono::milliseconds after_trouble{2000};
constexpr UnixTime never = INT64_MAX;

enum class Purpose : std::uint8_t { ask, deliver, replay };

struct Result {
    Purpose purpose = Purpose::deliver;
    std::string subscription, message;
    unsigned tries = 0; ///< before this one
    std::int64_t failure = 0;
    Outcome outcome;
    std::chrono::milliseconds took{};
};

} // namespace

struct Dispatcher::Parts {
    Parts(DispatchSettings the_settings, Ways const& the_ways,
          harmonize::territory::Register const& the_areas)
        : settings{std::move(the_settings)}, ways{the_ways}, areas{the_areas}, ledger{settings.folder},
          lock{settings.folder + "/dispatcher.lock"}, crew{settings.workers, settings.per_host} {}

    // Planning

    struct Ready {
        Subscriber subscriber;
        Way* way = nullptr;
        Purpose purpose = Purpose::deliver;
        Batch batch;
        std::int64_t failure = 0;
    };

    /// One look at all subscribers; what is due goes to the crew.
    void plan() {
        next_due = never;
        gathered.clear();
        stores.clear();
        filters_used.clear();
        // What a former area stands for is known of one day.
        if (auto const today = day_of(settings.now()); today != filters_day) {
            filters.clear();
            filters_day = today;
        }
        std::vector<Ready> begun;
        std::vector<Begin> begins;
        auto together = begin_first;
        auto const write = [&] {
            together = begin_together;
            auto const written = ledger.begin(begins);
            for (std::size_t i = 0; i < begun.size(); ++i)
                if (!begins[i].message.empty() && written[i]) enqueue(std::move(begun[i]));
            begun.clear();
            begins.clear();
        };
        auto const now = settings.now();
        for (auto& each : ledger.list()) {
            auto const id = each.subscription.id;
            if (in_flight.count(id) != 0) continue;
            auto* const way = ways.find(each.subscription.way);
            if (way == nullptr || !way->pushes()) continue;
            auto const state = each.subscription.state;
            if (state != SubscriptionState::active && state != SubscriptionState::unconfirmed) continue;
            try {
                Ready ready{std::move(each), way, Purpose::deliver, {}, 0};
                Begin begin;
                if (!look(ready, begin, now)) continue;
                if (begin.subscription.empty()) {
                    enqueue(std::move(ready));
                    continue;
                }
                begins.push_back(std::move(begin));
                begun.push_back(std::move(ready));
                if (begins.size() >= together) write();
            } catch (std::exception const& error) {
                complain(id + ": " + error.what());
                next_due = std::min(next_due, now + after_trouble_s);
            }
        }
        write();
        for (auto const& failure : ledger.wanted_replays()) replay(failure);
        for (auto filter = filters.begin(); filter != filters.end();)
            filter = filters_used.count(filter->first) == 0 ? filters.erase(filter) : std::next(filter);
        stores.clear();
        gathered.clear();
    }

    /// What is to be done for a subscriber. With `begin` filled in, it must be written down first. False: nothing.
    bool look(Ready& ready, Begin& begin, UnixTime now) {
        auto const& [subscription, position] = ready.subscriber;
        if (!position.message.empty()) {
            if (position.next_try > now) {
                next_due = std::min(next_due, position.next_try);
                return false;
            }
            // Nothing but a question ends where it begins.
            if (position.until == position.number) {
                ready.purpose = Purpose::ask;
                ready.batch.until = position.until;
            } else {
                ready.batch = batch_of(subscription, position.number, position.until);
            }
            ready.batch.message = position.message;
            return true;
        }
        begin.behind = position.number;
        begin.at = now;
        if (subscription.state == SubscriptionState::unconfirmed) {
            begin.subscription = subscription.id;
            begin.message = new_message_id();
            begin.until = position.number;
            ready.purpose = Purpose::ask;
            ready.subscriber.position.message = ready.batch.message = begin.message;
            return true;
        }
        auto const last = store_of(subscription)->last_change();
        if (last == position.number) return false;
        if (auto const due = ready.way->due(subscription, now); due > now) {
            next_due = std::min(next_due, due);
            return false;
        }
        ready.batch = batch_of(subscription, position.number, last);
        begin.subscription = subscription.id;
        begin.until = ready.batch.until;
        if (!is_empty(ready.batch)) begin.message = new_message_id();
        ready.subscriber.position.message = ready.batch.message = begin.message;
        return true;
    }

    void replay(Failure const& failure) {
        if (in_flight.count(failure.subscription) != 0) return;
        try {
            auto found = ledger.require(failure.subscription);
            auto* const way = ways.find(found.subscription.way);
            if (way == nullptr || found.subscription.state != SubscriptionState::active) {
                ledger.replayed(failure.no, settings.now(), failure.status,
                                "the subscription is " + std::string{to_string(found.subscription.state)} +
                                    "; resume it first");
                return;
            }
            auto batch = batch_of(found.subscription, failure.behind, failure.until);
            batch.message = failure.message;
            batch.is_replay = true;
            enqueue({std::move(found), way, Purpose::replay, std::move(batch), failure.no});
        } catch (std::exception const& error) {
            complain(failure.subscription + ": " + error.what());
        }
    }

    std::shared_ptr<store::Store const> const& store_of(Subscription const& subscription) {
        auto& store = stores[subscription.owner];
        if (!store) store = settings.open(subscription);
        return store;
    }

    /// Subscriptions to the same, as far as each other, are told the same.
    Batch batch_of(Subscription const& subscription, std::uint64_t behind, std::uint64_t until) {
        auto const question = question_of(subscription);
        auto& filter = filters[question];
        if (!filter) filter = limited(filter_of(subscription, areas, filters_day), subscription);
        filters_used.insert(question);
        auto const place = std::make_tuple(question, behind, until);
        auto found = gathered.find(place);
        if (found == gathered.end()) {
            auto const may_know = settings.may_know ? settings.may_know(subscription) : MayKnow{};
            found = gathered.emplace(place, gather(*store_of(subscription), filter, behind, until, may_know))
                        .first;
        }
        auto batch = found->second;
        batch.open = [&open = settings.open, subscription] { return open(subscription); };
        if (settings.require_record)
            batch.require_record = [&require = settings.require_record, subscription] {
                require(subscription);
            };
        return batch;
    }

    /// With what the owner may not be told left out. Of one question all have the same owner.
    [[nodiscard]] std::shared_ptr<query::ChangeFilter const>
    limited(std::shared_ptr<query::ChangeFilter const> filter, Subscription const& subscription) const {
        if (!settings.may_tell) return filter;
        auto made = std::make_shared<query::ChangeFilter>(*filter);
        made->vintage = [may_tell = settings.may_tell, subscription](
                            store::Store const& store, std::string_view dataset, VintageNo vintage) {
            return may_tell(subscription, store, dataset, vintage);
        };
        return made;
    }

    // Delivering

    void enqueue(Ready ready) {
        auto const& id = ready.subscriber.subscription.id;
        in_flight.insert(id);
        Crew::Job job;
        job.host = ready.way->host_of(ready.subscriber.subscription);
        job.slow = ready.subscriber.position.tries > 0 || slow.count(id) != 0;
        auto const shared = std::make_shared<Ready>(std::move(ready));
        job.work = [this, shared] { deliver(*shared); };
        crew.add(std::move(job));
    }

    void deliver(Ready const& ready) noexcept {
        Result result;
        result.purpose = ready.purpose;
        result.subscription = ready.subscriber.subscription.id;
        result.message = ready.batch.message;
        result.tries = ready.subscriber.position.tries;
        result.failure = ready.failure;
        auto const from = steady_clock::now();
        try {
            if (ready.purpose == Purpose::ask)
                result.outcome = ready.way->ask(ready.subscriber.subscription);
            else if (!is_empty(ready.batch)) // what was begun may no longer be told: then it is passed over
                result.outcome = ready.way->deliver(ready.subscriber.subscription, ready.batch);
        } catch (std::exception const& error) {
            result.outcome.kind = Outcome::Kind::again;
            result.outcome.text = error.what();
        }
        result.took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - from);
        {
            std::lock_guard const guard{results_guard};
            results.push_back(std::move(result));
        }
        arrived.notify_one();
    }

    /// Writes down what came back, many in one transaction. True where something did.
    bool collect(DispatchReport& report) {
        std::vector<Result> now_here;
        {
            std::lock_guard const guard{results_guard};
            now_here.swap(results);
        }
        if (now_here.empty()) return false;
        auto const now = settings.now();
        std::vector<Settle> ends;
        for (auto const& one : now_here) {
            in_flight.erase(one.subscription);
            one.took >= slow_from ? static_cast<void>(slow.insert(one.subscription))
                                  : static_cast<void>(slow.erase(one.subscription));
            bool const taken = one.outcome.kind == Outcome::Kind::delivered;
            if (one.purpose == Purpose::replay) {
                ledger.replayed(one.failure, now, one.outcome.status,
                                taken ? std::string{} : trouble_of(one));
                ++(taken ? report.delivered : report.again);
                continue;
            }
            ends.push_back(end_of(one, now, report));
            // Only to the question that stands: whoever sits at another address by now was not asked.
            ends.back().agrees = taken && one.purpose == Purpose::ask;
        }
        ledger.settle(ends);
        return true;
    }

    static std::string trouble_of(Result const& result) {
        return result.outcome.text.empty() ? "the receiver did not take it" : result.outcome.text;
    }

    Settle end_of(Result const& result, UnixTime now, DispatchReport& report) const {
        auto const& outcome = result.outcome;
        Settle end;
        end.subscription = result.subscription;
        end.message = result.message;
        end.time = now;
        end.status = outcome.status;
        end.text = trouble_of(result);
        switch (outcome.kind) {
        case Outcome::Kind::delivered:
            ++(result.purpose == Purpose::ask ? report.asked : report.delivered);
            end.end = Settle::End::taken;
            return end;
        case Outcome::Kind::gone:
            ++report.gone;
            end.end = Settle::End::gone;
            return end;
        case Outcome::Kind::refused:
            ++report.given_up;
            end.end = Settle::End::given_up;
            end.disables = result.purpose == Purpose::ask;
            return end;
        case Outcome::Kind::again: break;
        }
        end.end = Settle::End::again;
        end.counts = outcome.counts;
        if (!outcome.counts) {
            end.next_try = std::max(outcome.try_at.value_or(now + after_trouble_s), now + 1);
            return end;
        }
        auto const pause = pause_after(result.tries + 1, settings.jitter());
        if (!pause) {
            ++report.given_up;
            end.end = Settle::End::given_up;
            end.disables = true;
            end.text += "; that was the last of " + std::to_string(result.tries + 1) +
                        " tries in 75 hours. Resume the subscription when the receiver is there again";
            return end;
        }
        ++report.again;
        end.next_try = std::max(now + *pause, outcome.try_at.value_or(0));
        return end;
    }

    void complain(std::string const& text) const {
        if (settings.complain) settings.complain("subscriptions: " + text);
    }

    /// Waits for something to come back, at most until it is time to look.
    void wait() {
        std::unique_lock guard{results_guard};
        arrived.wait_for(guard, settings.look_every, [&] { return !results.empty(); });
    }

    [[nodiscard]] std::uint64_t generation() const { return settings.generation ? settings.generation() : 0; }

    DispatchSettings settings;
    Ways const& ways;
    harmonize::territory::Register const& areas;
    Ledger ledger;
    DispatchLock lock;
    // Of the planning thread
    UnixTime next_due = 0;
    std::map<std::string, std::shared_ptr<query::ChangeFilter const>> filters; ///< by question
    std::set<std::string> filters_used;
    std::int32_t filters_day = 0; ///< on which they were made
    std::map<std::tuple<std::string, std::uint64_t, std::uint64_t>, Batch> gathered;
    std::map<std::string, std::shared_ptr<store::Store const>> stores; ///< by owner
    std::set<std::string, std::less<>> in_flight, slow;

    std::mutex results_guard;
    std::condition_variable arrived;
    std::vector<Result> results;
    Crew crew; ///< ends before what it uses
};

Dispatcher::Dispatcher(DispatchSettings settings, Ways const& ways,
                       harmonize::territory::Register const& areas)
    : parts_(std::make_unique<Parts>(std::move(settings), ways, areas)) {}
Dispatcher::~Dispatcher() = default;

void Dispatcher::run(std::stop_token const& stop) {
    auto& parts = *parts_;
    std::optional<std::uint64_t> seen_store, seen_ledger;
    auto look_at = steady_clock::time_point::max();
    std::string said;
    DispatchReport report;
    while (!stop.stop_requested()) {
        try {
            auto const store = parts.generation();
            bool due = store != seen_store || parts.ledger.revision() != seen_ledger ||
                       parts.settings.now() >= parts.next_due;
            // What came back may let the next message of the same subscriber go.
            if (parts.collect(report)) look_at = std::min(look_at, steady_clock::now() + look_again);
            due = due || steady_clock::now() >= look_at;
            if (due) {
                seen_store = store;
                look_at = steady_clock::time_point::max();
                parts.plan();
            }
            seen_ledger = parts.ledger.revision();
            said.clear();
        } catch (std::exception const& error) {
            // A store that is busy, or not there for a while, is said once and looked at again in a moment.
            if (said != error.what()) parts.complain(error.what());
            said = error.what();
            seen_store.reset();
            auto const until = steady_clock::now() + after_trouble;
            while (!stop.stop_requested() && steady_clock::now() < until)
                std::this_thread::sleep_for(look_again);
        }
        parts.wait();
    }
    parts.crew.drop_waiting();
    while (parts.crew.busy() > 0) parts.wait();
    parts.collect(report);
}

DispatchReport Dispatcher::run_once(std::stop_token const& stop) {
    auto& parts = *parts_;
    DispatchReport report;
    for (;;) {
        parts.plan();
        if (parts.in_flight.empty() || stop.stop_requested()) break;
        while (!parts.in_flight.empty()) {
            parts.wait();
            parts.collect(report);
        }
    }
    for (auto const& each : parts.ledger.list())
        if (!each.position.message.empty() && each.subscription.state != SubscriptionState::disabled)
            ++report.waiting;
    return report;
}

} // namespace gateway::subscribe
