#include "gateway/serve/subscribe/page.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/subscribe/page_words.hpp"
#include "gateway/serve/subscribe/refusals.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve::subscribe {
namespace {

using gateway::subscribe::SubscriptionFilter;
constexpr std::size_t most_announced = 10;
using Fields = std::multimap<std::string, std::string, std::less<>>;

struct Notice {
    bool is_good = true;
    std::string text;
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

std::string field(Fields const& fields, std::string_view name) {
    auto const at = fields.find(name);
    return at == fields.end() ? std::string{} : at->second;
}

/// "03159, 03153" in one field, or the field several times.
std::vector<std::string> list(Fields const& fields, std::string_view name) {
    std::vector<std::string> values;
    auto const range = fields.equal_range(name);
    for (auto at = range.first; at != range.second; ++at) {
        std::string_view rest = at->second;
        while (!rest.empty()) {
            auto const end = std::min(rest.find_first_of(", ;\r\n"), rest.size());
            if (end != 0) values.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return values;
}

http::Response page(Office& office, unsigned status, std::optional<Notice> const& notice,
                    std::string const& table, std::string const& own_area) {
    std::string text{page_head};
    if (notice)
        text += "<p class=\"" + std::string{notice->is_good ? "gut" : "fehler"} + "\" role=\"alert\">" +
                io::escaped_markup(notice->text) + "</p>\n";
    text += page_key;
    text += table;
    text += page_new(office.ways(), own_area);
    auto response = http::Response::text(status, "text/html; charset=utf-8", std::move(text));
    response.headers.emplace_back("Content-Language", "de");
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "
                                                             "form-action 'self'; frame-ancestors 'none'; "
                                                             "base-uri 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    return response;
}

std::string own(Office& office, std::string const& owner, std::string const& id) {
    auto const found = office.with_ledger([&](Ledger const& ledger) { return ledger.find(id); });
    if (!found || found->subscription.owner != owner) throw unknown_subscription(id);
    return id;
}

Notice add(Office& office, std::string const& owner, Fields const& fields) {
    Subscription wish;
    wish.owner = owner;
    wish.title = field(fields, "title");
    wish.areas = list(fields, "area");
    wish.datasets = list(fields, "dataset");
    wish.kinds = list(fields, "kind");
    wish.way = field(fields, "way");
    wish.address = field(fields, "address");
    if (wish.areas.empty() && owner != "office:DG") wish.areas = {owner.substr(owner.find(':') + 1)};
    if (auto const objection = office.objection_to_areas(owner, wish.areas); !objection.empty())
        throw foreign_area(objection);
    auto const added = office.add(std::move(wish), field(fields, "begin") == "start");
    auto text = added.subscription.id + " ist angelegt.";
    if (added.subscription.state == SubscriptionState::unconfirmed)
        text += " Der Empfänger wird jetzt gefragt, ob er Nachrichten möchte; bis er zustimmt, wird nichts "
                "gesendet.";
    if (!added.secret.empty())
        text += " Geheimnis zum Prüfen der Unterschriften, nur jetzt zu sehen: " + added.secret;
    return {true, text};
}

Notice take(Office& office, std::string const& owner, Fields const& fields) {
    if (field(fields, "action") == "add") return add(office, owner, fields);
    auto const why = "Seite für Kreise";
    if (auto const id = field(fields, "pause"); !id.empty()) {
        office.pause(own(office, owner, id), why);
        return {true, id + " pausiert. Es geht nichts verloren: beim Fortsetzen kommt alles nach."};
    }
    if (auto const id = field(fields, "resume"); !id.empty()) {
        auto const after = office.resume(own(office, owner, id), why);
        return {true, id + (after.state == SubscriptionState::unconfirmed
                                ? " wird fortgesetzt, sobald der Empfänger wieder zustimmt."
                                : " wird fortgesetzt.")};
    }
    if (auto const id = field(fields, "end"); !id.empty()) {
        office.end(own(office, owner, id), why);
        return {true, id + " ist beendet."};
    }
    if (auto const id = field(fields, "replay"); !id.empty()) {
        static_cast<void>(own(office, owner, id));
        std::size_t count = 0;
        for (auto const& one :
             office.with_ledger([&](Ledger const& ledger) { return ledger.failures(id); })) {
            if (one.replayed) continue;
            office.replay(id, one.no);
            ++count;
        }
        return {true, std::to_string(count) + " fehlgeschlagene Nachrichten von " + id +
                          " werden noch einmal gesendet."};
    }
    return {true, {}};
}

std::string table_of(Office& office, std::string const& owner) {
    SubscriptionFilter filter;
    filter.owner = owner;
    auto const all = office.with_ledger([&](Ledger const& ledger) { return ledger.list(filter); });
    if (all.empty())
        return "<p>Noch kein Abonnement.</p>\n" +
               page_announcements(office.announcements(owner, most_announced));
    std::string table{page_table};
    for (auto const& one : all) {
        auto const failures =
            office.with_ledger([&](Ledger const& ledger) { return ledger.failures(one.subscription.id); });
        auto const open = static_cast<std::size_t>(
            std::count_if(failures.begin(), failures.end(), [](auto const& each) { return !each.replayed; }));
        table += page_row(one, open, office.areas());
    }
    return table + "</tbody>\n</table>\n" + page_announcements(office.announcements(owner, most_announced));
}

} // namespace

http::Response show_page(Office& office, Call const&) {
    return page(office, 200, std::nullopt, {}, {});
}

http::Response use_page(Office& office, Call const& call) {
    std::string owner;
    Notice notice{false, {}};
    unsigned status = 400;
    try {
        auto const fields = fields_of(call.request);
        auto const caller = office.caller_with_key(call.request, field(fields, "key"));
        if (!caller.scope) throw no_key();
        owner = access::to_string(*caller.scope);
        notice = take(office, owner, fields);
        status = 200;
    } catch (Refusal const& refusal) {
        auto const& problem = refusal.problem();
        status = problem.status;
        notice = {false, problem.title.de + ": " + problem.detail.de + ". " + problem.next.de + "."};
    } catch (Error const& error) {
        if (error.code() != Errc::invalid_argument && error.code() != Errc::not_found &&
            error.code() != Errc::conflict)
            throw;
        notice = {false, std::string{"So nicht möglich: "} + error.what()};
    }
    return page(office, status, notice.text.empty() ? std::nullopt : std::optional{notice},
                owner.empty() ? std::string{} : table_of(office, owner),
                owner.empty() ? std::string{} : owner.substr(owner.find(':') + 1));
}

} // namespace gateway::serve::subscribe
