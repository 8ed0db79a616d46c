#include "gateway/serve/subscribe/page.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/subscribe/page_form.hpp"
#include "gateway/serve/subscribe/page_words.hpp"
#include "gateway/serve/subscribe/refusals.hpp"
#include "gateway/serve/uri.hpp"
#include "gateway/subscribe/gather.hpp"

namespace gateway::serve::subscribe {
namespace {

using gateway::subscribe::SubscriptionFilter;
constexpr std::size_t most_announced = 10;
/// More tables than somebody ticks: then there is a field for ids alone.
constexpr std::size_t most_ticked = 200;

struct Notice {
    bool is_good = true;
    std::string text;
};

/// What a call leaves on the page.
struct Desk {
    std::string owner, key;
    Notice notice{false, {}};
    std::string to_end; ///< id of a subscription that is asked about
    Form form;
};

Fields fields_of(http::Request const& request) {
    if (!request.header("Content-Type").starts_with("application/x-www-form-urlencoded"))
        throw bad_member("Content-Type", request.header("Content-Type"),
                         {"application/x-www-form-urlencoded", "application/x-www-form-urlencoded"});
    Fields fields;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        auto const pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        auto const mark = std::min(pair.find('='), pair.size());
        auto const name = percent_decoded(pair.substr(0, mark), true);
        auto const value = percent_decoded(pair.substr(std::min(mark + 1, pair.size())), true);
        if (!name || !value)
            throw bad_member("form", pair.substr(0, 40),
                             {"percent-encoded UTF-8", "UTF-8 mit Prozentzeichen"});
        // Empty fields of the page are fields that were not filled in.
        if (!value->empty()) fields.emplace(*name, *value);
    }
    return fields;
}

http::Response answer(unsigned status, std::string text) {
    auto response = http::Response::text(status, "text/html; charset=utf-8", std::move(text));
    response.headers.emplace_back("Content-Language", "de");
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "
                                                             "form-action 'self'; frame-ancestors 'none'; "
                                                             "base-uri 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    return response;
}

/// A subscription of the owner; of others nothing is said.
Subscription own(Office& office, std::string const& owner, std::string const& id) {
    auto const found = office.with_ledger([&](Ledger const& ledger) { return ledger.find(id); });
    if (!found || found->subscription.owner != owner) throw unknown_subscription(id);
    return found->subscription;
}

void check_areas(Office& office, Desk const& desk, Subscription& wish) {
    auto const& owner = desk.owner;
    if (wish.areas.empty() && owner != "office:DG") wish.areas = {owner.substr(owner.find(':') + 1)};
    if (auto const objection = office.objection_to_areas(owner, wish.areas); !objection.empty())
        throw foreign_area(objection);
}

std::string add(Office& office, Desk& desk, Fields const& fields) {
    auto& wish = desk.form.filled;
    read_form(fields, wish, true);
    desk.form.from_start = field(fields, "begin") == "start";
    wish.owner = desk.owner;
    auto asked = wish;
    check_areas(office, desk, asked);
    auto const added = office.add(std::move(asked), desk.form.from_start);
    desk.form = {};
    auto text = added.subscription.id + " ist angelegt.";
    if (added.subscription.state == SubscriptionState::unconfirmed)
        text += " Der Empfänger wird jetzt gefragt, ob er Nachrichten möchte; bis er zustimmt, wird nichts "
                "gesendet.";
    if (!added.secret.empty())
        text += " Geheimnis zum Prüfen der Unterschriften, nur jetzt zu sehen: " + added.secret;
    return text;
}

std::string change(Office& office, Desk& desk, std::string const& id, Fields const& fields) {
    auto& wish = desk.form.filled;
    wish = own(office, desk.owner, id);
    read_form(fields, wish, false);
    auto asked = wish;
    check_areas(office, desk, asked);
    auto const after = office.change(id, [&asked](Subscription& one) { one = asked; });
    desk.form = {};
    return id + (after.state == SubscriptionState::unconfirmed
                     ? " ist geändert. Der Empfänger wird jetzt gefragt, ob er Nachrichten möchte."
                     : " ist geändert.");
}

std::string replay(Office& office, std::string const& id) {
    std::size_t count = 0;
    for (auto const& one : office.with_ledger([&](Ledger const& ledger) { return ledger.failures(id); })) {
        if (one.replayed) continue;
        office.replay(id, one.no);
        ++count;
    }
    if (count == 1) return "Eine fehlgeschlagene Nachricht von " + id + " wird noch einmal gesendet.";
    return std::to_string(count) + " fehlgeschlagene Nachrichten von " + id + " werden noch einmal gesendet.";
}

/// Does what a button says; what it did, in words.
std::string take(Office& office, Desk& desk, Fields const& fields) {
    if (field(fields, "action") == "add") return add(office, desk, fields);
    auto const why = "Seite für Kreise";
    auto const of = [&](std::string_view name) {
        auto id = field(fields, name);
        if (!id.empty()) static_cast<void>(own(office, desk.owner, id));
        return id;
    };
    if (auto const id = of("change"); !id.empty()) return change(office, desk, id, fields);
    if (auto const id = of("edit"); !id.empty()) desk.form.filled = own(office, desk.owner, id);
    if (auto const id = of("ask_end"); !id.empty()) desk.to_end = id;
    if (auto const id = of("replay"); !id.empty()) return replay(office, id);
    if (auto const id = of("pause"); !id.empty()) {
        office.pause(id, why);
        return id + " pausiert. Es geht nichts verloren: beim Fortsetzen kommt alles nach.";
    }
    if (auto const id = of("resume"); !id.empty()) {
        auto const after = office.resume(id, why);
        return id + (after.state == SubscriptionState::unconfirmed
                         ? " wird fortgesetzt, sobald der Empfänger wieder zustimmt."
                         : " wird fortgesetzt.");
    }
    if (auto const id = of("end"); !id.empty()) {
        office.end(id, why);
        return id + " ist beendet.";
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> tables_for(Office& office, std::string const& owner) {
    Subscription asks;
    asks.owner = owner;
    std::vector<std::pair<std::string, std::string>> tables;
    for (auto const& info : office.open(asks)->datasets())
        tables.emplace_back(info.id, info.title.empty() ? info.table : info.title);
    if (tables.size() > most_ticked) tables.clear();
    return tables;
}

std::string table_of(Office& office, std::string const& owner) {
    SubscriptionFilter filter;
    filter.owner = owner;
    auto const all = office.with_ledger([&](Ledger const& ledger) { return ledger.list(filter); });
    if (all.empty())
        return "<p>Noch kein Abonnement.</p>\n" +
               page_announcements(office.announcements(owner, most_announced));
    std::string table{page_table};
    auto const today = gateway::subscribe::day_of(office.settings().now());
    for (auto const& one : all)
        table += page_row(one, office.with_ledger([&](Ledger const& ledger) {
            return ledger.failures(one.subscription.id);
        }),
                          office.areas(), today);
    return table + "</tbody>\n</table>\n" + page_announcements(office.announcements(owner, most_announced));
}

/// The rest of the page, for whoever belongs to the key.
std::string page_of(Office& office, Desk& desk) {
    if (desk.owner.empty()) return "</form>\n";
    auto const to_end = desk.to_end.empty() ? std::string{} : page_question(desk.to_end);
    auto& form = desk.form;
    form.datasets = tables_for(office, desk.owner);
    if (form.filled.id.empty() && form.filled.areas.empty() && desk.owner != "office:DG")
        form.filled.areas = {desk.owner.substr(desk.owner.find(':') + 1)};
    // A form of its own: the key of the return key is its button, and not that of the table.
    auto const entry =
        "<form method=\"post\" action=\"/abonnement\">\n<input type=\"hidden\" name=\"key\" value=\"" +
        io::escaped_markup(desk.key) + "\">\n" + page_form(form, office.ways()) + "</form>\n";
    auto const table = to_end + table_of(office, desk.owner) + "</form>\n";
    return form.filled.id.empty() ? table + entry : "</form>\n" + entry;
}

} // namespace

http::Response show_page(Office&, Call const&) {
    return answer(200, std::string{page_head} + page_key({}) + "</form>\n" + std::string{page_end});
}

http::Response use_page(Office& office, Call const& call) {
    Desk desk;
    unsigned status = 400;
    try {
        auto const fields = fields_of(call.request);
        auto const caller = office.caller_with_key(call.request, field(fields, "key"));
        if (!caller.scope) throw no_key();
        desk.owner = access::to_string(*caller.scope);
        desk.key = field(fields, "key");
        desk.notice = {true, take(office, desk, fields)};
        status = 200;
    } catch (Refusal const& refusal) {
        auto const& problem = refusal.problem();
        status = problem.status;
        desk.notice = {false, problem.title.de + ": " + problem.detail.de + ". " + problem.next.de + "."};
    } catch (Error const& error) {
        if (error.code() != Errc::invalid_argument && error.code() != Errc::not_found &&
            error.code() != Errc::conflict)
            throw;
        desk.notice = {false, objection_words(error.what())};
    }
    std::string text{page_head};
    if (!desk.notice.text.empty())
        text += "<p class=\"" + std::string{desk.notice.is_good ? "gut" : "fehler"} + "\" role=\"alert\">" +
                io::escaped_markup(desk.notice.text) + "</p>\n";
    return answer(status, text + page_key(desk.key) + page_of(office, desk) + std::string{page_end});
}

} // namespace gateway::serve::subscribe
