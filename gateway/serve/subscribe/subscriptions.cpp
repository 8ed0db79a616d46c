#include "gateway/serve/subscribe/subscriptions.hpp"

#include <charconv>

#include "gateway/core/error.hpp"
#include "gateway/serve/api/feed_writers.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/subscribe/refusals.hpp"
#include "gateway/subscribe/subscription_json.hpp"

namespace gateway::serve::subscribe {
namespace {

using gateway::subscribe::subscription_state_from;
using gateway::subscribe::SubscriptionFilter;
using gateway::subscribe::wish_from;

http::Response private_answer(unsigned status, std::string body) {
    auto response = http::Response::text(status, "application/json; charset=utf-8", std::move(body));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

/// What the body of a call says; what is wrong with it becomes a 400 in both languages.
template <typename Read>
auto body_of(Read const& read) {
    try {
        return read();
    } catch (gateway::subscribe::BadMember const& error) {
        throw bad_member(error.member, error.value, {error.expected, error.expected_de});
    }
}

std::string json_of(Office& office, Call const& call, Subscriber const& one, std::string secret = {}) {
    gateway::subscribe::Shown shown;
    shown.base = call.base;
    shown.secret = std::move(secret);
    shown.areas_today = office.areas_today(one.subscription);
    return gateway::subscribe::to_json(one, shown);
}

http::Response answer(unsigned status, Office& office, Call const& call, Subscriber const& one,
                      std::string const& secret = {}) {
    auto response = private_answer(status, json_of(office, call, one, secret) + "\n");
    if (status == 201)
        response.headers.emplace_back("Location", call.base + "/api/v1/subscriptions/" + one.subscription.id);
    return response;
}

/// Whose subscription it is may change it; one of the operator's may be read by everybody, as it tells what is public.
Subscriber subscription_of(Office& office, Call const& call, bool to_read = false) {
    auto const& id = call.path_parameter("id");
    auto const found = office.with_ledger([&](Ledger const& ledger) { return ledger.find(id); });
    auto const owner = call.caller.scope ? access::to_string(*call.caller.scope) : std::string{};
    if (!to_read && owner.empty()) throw no_key();
    bool const may =
        found && (found->subscription.owner == owner || (to_read && found->subscription.owner.empty()));
    if (!may) throw unknown_subscription(id);
    return *found;
}

template <typename Action>
auto step(Action const& action) {
    try {
        return action();
    } catch (Error const& error) {
        if (error.code() == Errc::conflict) throw against_it(error.what());
        throw;
    }
}

http::Response after(Office& office, Call const& call, std::string const& id) {
    return answer(200, office, call,
                  office.with_ledger([&](Ledger const& ledger) { return ledger.require(id); }));
}

std::optional<std::string> text_in_body(Call const& call, char const* member) {
    return body_of([&] { return gateway::subscribe::text_from(call.request.body, member); });
}

std::string reason_of(Call const& call) {
    return text_in_body(call, "reason").value_or(std::string{});
}

/// 410 for what the log no longer holds.
template <typename Action>
auto or_gone(Action const& action) {
    try {
        return action();
    } catch (Error const& error) {
        if (error.code() != Errc::not_found && error.code() != Errc::invalid_argument) throw;
        throw feed_begins_later(error.what());
    }
}

query::ChangePlace require_place(Office& office, store::Store const& store, Subscription const& subscription,
                                 std::string_view cursor) {
    if (auto const place = office.place(store, subscription, cursor)) return *place;
    throw Refusal{bad_value("cursor", cursor,
                            {"a cursor that this gateway gave for this subscription; from=start begins anew",
                             "einen Cursor, den dieser Gateway für dieses Abonnement gegeben hat; from=start "
                             "beginnt von vorn"})};
}

} // namespace

std::string owner_of(Call const& call) {
    if (!call.caller.scope) throw no_key();
    return access::to_string(*call.caller.scope);
}

http::Response list_subscriptions(Office& office, Call const& call) {
    SubscriptionFilter filter;
    filter.owner = owner_of(call);
    filter.way = call.parameter("way");
    if (auto const name = call.parameter("state"); !name.empty()) {
        filter.state = subscription_state_from(name);
        if (!filter.state)
            throw Refusal{bad_value("state", name,
                                    {"unconfirmed, active, paused, disabled or ended",
                                     "unconfirmed, active, paused, disabled oder ended"})};
    }
    Json json;
    json.object().key("subscriptions").array();
    for (auto const& one : office.with_ledger([&](Ledger const& ledger) { return ledger.list(filter); }))
        json.raw(json_of(office, call, one));
    json.end_array().end_object();
    return private_answer(200, json.take() + "\n");
}

http::Response add_subscription(Office& office, Call const& call) {
    Subscription empty;
    empty.owner = owner_of(call);
    if (call.caller.scope->area != "DG") empty.areas = {call.caller.scope->area};
    auto const wish = body_of([&] { return wish_from(call.request.body, empty, true); });
    if (auto const objection = office.objection_to_areas(empty.owner, wish.subscription.areas);
        !objection.empty())
        throw foreign_area(objection);
    auto const added = office.add(wish.subscription, wish.from_start);
    auto const one =
        office.with_ledger([&](Ledger const& ledger) { return ledger.require(added.subscription.id); });
    return answer(201, office, call, one, added.secret);
}

http::Response show_subscription(Office& office, Call const& call) {
    return answer(200, office, call, subscription_of(office, call));
}

http::Response change_subscription(Office& office, Call const& call) {
    auto const found = subscription_of(office, call).subscription;
    auto const wish = body_of([&] { return wish_from(call.request.body, found, false).subscription; });
    if (auto const objection = office.objection_to_areas(found.owner, wish.areas); !objection.empty())
        throw foreign_area(objection);
    step([&] { return office.change(found.id, [&](Subscription& one) { one = wish; }); });
    return after(office, call, found.id);
}

http::Response end_subscription(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    step([&] { return office.end(id, "ended by its owner"); });
    return after(office, call, id);
}

http::Response pause_subscription(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    step([&] { return office.pause(id, reason_of(call)); });
    return after(office, call, id);
}

http::Response resume_subscription(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    step([&] { return office.resume(id, reason_of(call)); });
    return after(office, call, id);
}

http::Response new_subscription_secret(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    auto const overlap = text_in_body(call, "old").value_or("overlaps");
    if (overlap != "overlaps" && overlap != "ends")
        throw bad_member("old", overlap,
                         {"overlaps (the old one counts for another day) or ends (it was lost)",
                          "overlaps (das alte gilt noch einen Tag) oder ends (es ging verloren)"});
    auto const secret = step([&] { return office.new_secret(id, overlap == "ends"); });
    return answer(200, office, call,
                  office.with_ledger([&](Ledger const& ledger) { return ledger.require(id); }), secret);
}

http::Response list_failures(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    Json json;
    json.object().key("failures").array();
    for (auto const& one :
         office.with_ledger([&](Ledger const& ledger) { return ledger.failures(id, api::page_size(call)); }))
        json.raw(to_json(one, false));
    json.end_array().end_object();
    return private_answer(200, json.take() + "\n");
}

http::Response replay_failure(Office& office, Call const& call) {
    auto const id = subscription_of(office, call).subscription.id;
    auto const& text = call.path_parameter("failure");
    std::int64_t no = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), no);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
        throw Refusal{
            bad_value("failure", text, {"the number of a failure", "die Nummer eines Fehlschlags"})};
    return private_answer(202, to_json(step([&] { return office.replay(id, no); }), false) + "\n");
}

http::Response acknowledge(Office& office, Call const& call) {
    auto const found = subscription_of(office, call).subscription;
    auto const cursor = text_in_body(call, "cursor").value_or(std::string{});
    auto const* const way = office.ways().find(found.way);
    if (way != nullptr && way->pushes())
        throw against_it("subscription " + found.id + " is delivered by " + found.way +
                         "; its position moves when a message was taken");
    auto const lease = call.lease();
    auto const place = require_place(office, lease->store(), found, cursor);
    office.with_ledger([&](Ledger& ledger) {
        ledger.acknowledge(found.id, place.full ? 0 : place.number, office.settings().now());
    });
    return after(office, call, found.id);
}

http::Response show_subscription_feed(Office& office, Call const& call) {
    auto const found = subscription_of(office, call, true);
    auto const format = call.parameter("format");
    if (!format.empty() && format != "json" && format != "avro")
        throw Refusal{bad_value("format", format, {"json or avro", "json oder avro"})};
    auto const from = call.parameter("from");
    if (!from.empty() && from != "start" && from != "position")
        throw Refusal{bad_value("from", from,
                                {"start (the full state first) or position (behind what was delivered)",
                                 "start (erst der volle Stand) oder position (hinter dem Zugestellten)"})};
    auto const limit = api::page_size(call);
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const filter = office.filter(found.subscription);
    query::ChangeReader reader{store, *filter};
    query::ChangePlace place;
    if (!call.parameter("cursor").empty())
        place = require_place(office, store, found.subscription, call.parameter("cursor"));
    else if (from == "start")
        place = reader.start();
    else
        place.number = found.position.number;
    auto const writer = format == "avro" ? api::make_feed_avro(store) : api::make_feed_json(store);
    bool const more = or_gone([&] {
        return reader.page(place, limit, [&](query::ChangeEntry const& one) { writer->entry(one); });
    });
    auto response = writer->finish(office.cursor(store, found.subscription, place), more, place.full);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response show_subscription_state(Office& office, Call const& call) {
    auto const found = subscription_of(office, call, true);
    auto const lease = call.lease();
    auto const& store = lease->store();
    query::ChangePlace place;
    place.number = found.position.number;
    if (auto const cursor = call.parameter("cursor"); !cursor.empty())
        place = require_place(office, store, found.subscription, cursor);
    if (place.full)
        throw Refusal{bad_value("cursor", call.parameter("cursor"),
                                {"a cursor behind the full state", "einen Cursor hinter dem vollen Stand"})};
    auto const filter = office.filter(found.subscription);
    auto const sha256 = or_gone([&] { return query::ChangeReader{store, *filter}.state(place.number); });
    Json json;
    json.object()
        .field("subscription", found.subscription.id)
        .field("cursor", office.cursor(store, found.subscription, place))
        .field("sha256", sha256)
        .end_object();
    return private_answer(200, json.take() + "\n");
}

} // namespace gateway::serve::subscribe
