// kreislauf subscribe: subscriptions, what did not reach them, and the dispatcher.
#include <csignal>
#include <cstdio>
#include <thread>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/subscribe/office.hpp"
#include "gateway/subscribe/subscription_json.hpp"

namespace gateway::app {
namespace {

using namespace serve::subscribe;
using gateway::subscribe::Dispatcher;
using gateway::subscribe::DispatchReport;
using gateway::subscribe::SubscriptionFilter;

void complain(std::string_view text) {
    std::fprintf(stderr, "kreislauf: %.*s\n", static_cast<int>(text.size()), text.data());
}

OfficeSettings settings_of(Options const& options) {
    if (!io::file_exists(options.store + "/store.sqlite"))
        throw Error{Errc::not_found,
                    "there is no store in " + options.store +
                        "; kreislauf import or kreislauf sync makes one, --store names another"};
    OfficeSettings settings;
    settings.store = options.store;
    settings.data = data_directory();
    settings.public_url = options.subscribe.public_url;
    settings.version = KREISLAUF_VERSION;
    settings.complain = complain;
    if (!options.now.empty()) settings.now = clock_for(options).now;
    return settings;
}

std::string json_of(Office& office, Subscriber const& one, std::string const& secret = {}) {
    gateway::subscribe::Shown shown;
    shown.secret = secret;
    shown.numbers = true;
    shown.areas_today = office.areas_today(one.subscription);
    return gateway::subscribe::to_json(one, shown);
}

void print_line(Subscriber const& one) {
    auto const& subscription = one.subscription;
    std::string areas;
    for (auto const& key : subscription.areas) areas += (areas.empty() ? "" : ",") + key;
    std::printf("%s  %-11s %-8s %-15s %-12s %s%s%s\n", subscription.id.c_str(),
                std::string{to_string(subscription.state)}.c_str(), subscription.way.c_str(),
                subscription.owner.empty() ? "operator" : subscription.owner.c_str(),
                areas.empty() ? "all areas" : areas.c_str(), subscription.address.c_str(),
                subscription.title.empty() ? "" : "  ", subscription.title.c_str());
}

void print_position(Subscriber const& one) {
    auto const& position = one.position;
    std::printf("  delivered up to entry %llu of the log\n",
                static_cast<unsigned long long>(position.number));
    if (!one.subscription.why.empty()) std::printf("  %s\n", one.subscription.why.c_str());
    if (!position.message.empty())
        std::printf("  %s is under way: %u tries, the next one %s%s%s\n", position.message.c_str(),
                    position.tries, utc_text(position.next_try).c_str(), position.trouble.empty() ? "" : "; ",
                    position.trouble.c_str());
}

Exit show(Options const& options, Office& office, Subscriber const& one, std::string const& secret = {}) {
    if (options.json) {
        Json json;
        json.value(json_of(office, one, secret));
        json.print();
        return Exit::done;
    }
    print_line(one);
    for (auto const& key : office.areas_today(one.subscription)) {
        auto const lives = office.areas().lives(key);
        std::printf("  also told of %s %s, which a former area of it is today\n", key.c_str(),
                    lives.empty() ? "" : std::string{lives.back().name}.c_str());
    }
    print_position(one);
    if (!secret.empty()) std::printf("  secret, shown now and never again: %s\n", secret.c_str());
    return Exit::done;
}

Subscriber found(Office& office, std::string const& id) {
    return office.with_ledger([&](Ledger const& ledger) { return ledger.require(id); });
}

void set_list(std::vector<std::string> const& given, std::vector<std::string>& list) {
    if (given.empty()) return;
    list = given == std::vector<std::string>{"all"} ? std::vector<std::string>{} : given;
}

void apply(SubscribeOptions const& wanted, Subscription& one) {
    if (wanted.title) one.title = *wanted.title;
    if (wanted.address) one.address = *wanted.address;
    if (wanted.format) one.format = *wanted.format;
    if (wanted.territory) one.territory = *wanted.territory;
    set_list(wanted.areas, one.areas);
    set_list(wanted.datasets, one.datasets);
    set_list(wanted.indicators, one.indicators);
    set_list(wanted.kinds, one.kinds);
    for (auto const& pair : wanted.options) {
        auto const mark = pair.find('=');
        if (mark == std::string::npos || mark == 0)
            throw Error{Errc::invalid_argument, "--option '" + pair + "' is no NAME=VALUE"};
        auto const value = pair.substr(mark + 1);
        if (value.empty())
            one.options.erase(pair.substr(0, mark));
        else
            one.options[pair.substr(0, mark)] = value;
    }
}

void require_owner(std::string const& owner) {
    if (!owner.empty() && !serve::access::scope_from(owner))
        throw Error{Errc::invalid_argument,
                    "--owner '" + owner + "' is no scope; expected office:03, office:DG or county:03153"};
}

Exit add(Options const& options) {
    auto const& wanted = options.subscribe;
    require_owner(wanted.owner);
    Office office{settings_of(options)};
    Subscription wish;
    wish.way = wanted.way.value_or(std::string{});
    wish.owner = wanted.owner;
    apply(wanted, wish);
    auto const added = office.add(std::move(wish), wanted.begin == "start");
    return show(options, office, found(office, added.subscription.id), added.secret);
}

Exit list(Options const& options) {
    Office office{settings_of(options)};
    SubscriptionFilter filter;
    require_owner(options.subscribe.owner);
    if (!options.subscribe.owner.empty()) filter.owner = options.subscribe.owner;
    filter.way = options.subscribe.way.value_or(std::string{});
    filter.with_ended = options.subscribe.with_ended;
    if (auto const& name = options.subscribe.state; !name.empty()) {
        filter.state = gateway::subscribe::subscription_state_from(name);
        if (!filter.state)
            throw Error{Errc::invalid_argument,
                        "--state '" + name +
                            "' is unknown; expected unconfirmed, active, paused, disabled or "
                            "ended"};
    }
    auto const all = office.with_ledger([&](Ledger const& ledger) { return ledger.list(filter); });
    Json json;
    json.array();
    for (auto const& one : all)
        if (options.json)
            json.value(json_of(office, one));
        else
            print_line(one);
    json.end_array();
    if (options.json)
        json.print();
    else if (all.empty())
        std::fprintf(stderr, "kreislauf: there is no such subscription; kreislauf subscribe add makes one\n");
    return Exit::done;
}

Exit change(Options const& options) {
    auto const& wanted = options.subscribe;
    Office office{settings_of(options)};
    office.change(wanted.id, [&](Subscription& one) { apply(wanted, one); });
    auto const secret = wanted.new_secret ? office.new_secret(wanted.id, wanted.lost) : std::string{};
    return show(options, office, found(office, wanted.id), secret);
}

Exit move(Options const& options) {
    auto const& wanted = options.subscribe;
    Office office{settings_of(options)};
    if (wanted.action == "pause")
        office.pause(wanted.id, wanted.reason);
    else if (wanted.action == "resume")
        office.resume(wanted.id, wanted.reason);
    else
        office.end(wanted.id, wanted.reason);
    return show(options, office, found(office, wanted.id));
}

Exit failures(Options const& options) {
    Office office{settings_of(options)};
    auto const& wanted = options.subscribe;
    auto const all =
        office.with_ledger([&](Ledger const& ledger) { return ledger.failures(wanted.id, wanted.limit); });
    Json json;
    json.array();
    for (auto const& one : all)
        if (options.json)
            json.value(gateway::subscribe::to_json(one, true));
        else
            std::printf("%6lld  %s  %s  %u tries until %s  %s%s\n", static_cast<long long>(one.no),
                        one.message.c_str(), utc_text(one.first_try).c_str(), one.tries,
                        utc_text(one.last_try).c_str(), one.text.c_str(),
                        one.replayed ? "  (made up for)" : "");
    json.end_array();
    if (options.json)
        json.print();
    else if (all.empty())
        std::printf("nothing of %s failed\n", wanted.id.c_str());
    return Exit::done;
}

Exit replay(Options const& options) {
    Office office{settings_of(options)};
    auto const& wanted = options.subscribe;
    auto numbers = wanted.failures;
    if (numbers.empty())
        for (auto const& one :
             office.with_ledger([&](Ledger const& ledger) { return ledger.failures(wanted.id, 100'000); }))
            if (!one.replayed) numbers.push_back(one.no);
    for (auto const no : numbers) office.replay(wanted.id, no);
    if (options.json) {
        Json json;
        json.object().field("wanted", std::uint64_t{numbers.size()}).end_object();
        json.print();
    } else {
        std::printf("%zu messages will be sent once more by kreislauf serve or kreislauf subscribe run\n",
                    numbers.size());
    }
    return Exit::done;
}

Exit report(Options const& options, DispatchReport const& done) {
    if (options.json) {
        Json json;
        json.object()
            .field("delivered", done.delivered)
            .field("asked", done.asked)
            .field("again", done.again)
            .field("given_up", done.given_up)
            .field("gone", done.gone)
            .field("waiting", done.waiting)
            .end_object();
        json.print();
    } else {
        std::printf("%llu delivered, %llu agreed, %llu to be tried again, %llu given up, %llu gone\n",
                    static_cast<unsigned long long>(done.delivered),
                    static_cast<unsigned long long>(done.asked), static_cast<unsigned long long>(done.again),
                    static_cast<unsigned long long>(done.given_up),
                    static_cast<unsigned long long>(done.gone));
    }
    return done.again + done.given_up + done.gone == 0 ? Exit::done : Exit::incomplete;
}

Exit run(Options const& options) {
    Office office{settings_of(options)};
    Dispatcher dispatcher{office.dispatch_settings(), office.ways(), office.areas()};
    if (options.subscribe.once) return report(options, dispatcher.run_once());
    // Blocked before the first thread begins, so that every thread leaves them to sigwait().
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::jthread const works{[&dispatcher](std::stop_token const& stop) { dispatcher.run(stop); }};
    int signal = 0;
    while (sigwait(&ends, &signal) != 0) {
    }
    return Exit::done;
}

Exit verify(Options const& options) {
    auto const& wanted = options.subscribe;
    if (!wanted.sha256.empty() && !io::is_sha256(wanted.sha256))
        throw Error{Errc::invalid_argument,
                    "--sha256 '" + wanted.sha256 + "' is no SHA-256; expected 64 digits 0-9 and a-f"};
    Office office{settings_of(options)};
    auto const one = found(office, wanted.id);
    auto number = one.position.number;
    if (!wanted.cursor.empty()) {
        auto const store = office.open(one.subscription);
        auto const place = office.place(*store, one.subscription, wanted.cursor);
        if (!place || place->full)
            throw Error{Errc::invalid_argument, "--cursor '" + wanted.cursor + "' is none of the feed of " +
                                                    one.subscription.id + " behind its full state"};
        number = place->number;
    }
    auto const state = office.state(one.subscription, number);
    bool const equal = wanted.sha256.empty() || wanted.sha256 == state.sha256;
    if (options.json) {
        Json json;
        json.object()
            .field("subscription", one.subscription.id)
            .field("number", state.number)
            .field("sha256", state.sha256)
            .flag("equal", equal)
            .end_object();
        json.print();
    } else {
        std::printf(
            "%s  at entry %llu%s\n", state.sha256.c_str(), static_cast<unsigned long long>(state.number),
            wanted.sha256.empty() ? ""
                                  : (equal ? ", equal" : ", the copy differs: take the full state again"));
    }
    return equal ? Exit::done : Exit::damaged;
}

} // namespace

Exit run_subscribe(Options const& options) {
    auto const& action = options.subscribe.action;
    if (action == "add") return add(options);
    if (action == "list") return list(options);
    if (action == "show") {
        Office office{settings_of(options)};
        return show(options, office, found(office, options.subscribe.id));
    }
    if (action == "change") return change(options);
    if (action == "failures") return failures(options);
    if (action == "replay") return replay(options);
    if (action == "run") return run(options);
    if (action == "verify") return verify(options);
    return move(options);
}

} // namespace gateway::app
