#include "gateway/serve/intake/page.hpp"

#include <algorithm>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/intake/embargo.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/intake/deliveries.hpp"
#include "gateway/serve/intake/page_script.hpp"
#include "gateway/serve/intake/refusals.hpp"

namespace gateway::serve::intake {
namespace {

using gateway::intake::Stage;

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lieferungen</title>
<style>
body { font-family: sans-serif; line-height: 1.5; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
fieldset { border: 1px solid #888; margin: 1rem 0; padding: 0.5rem 1rem 1rem; }
label { display: block; margin: 0.6rem 0 0; }
label.haken { font-weight: normal; }
input[type=text], input[type=password], select, textarea { width: 100%; max-width: 32rem; font: inherit; box-sizing: border-box; padding: 0.25rem; }
button { font: inherit; padding: 0.25rem 0.7rem; margin: 0.2rem 0.2rem 0 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #bbb; padding: 0.35rem 0.5rem; text-align: left; vertical-align: top; }
.fehler { border-left: 0.4rem solid #a00; background: #fdeeee; padding: 0.5rem 1rem; }
.gut { border-left: 0.4rem solid #060; background: #eef8ee; padding: 0.5rem 1rem; }
small { color: #444; }
</style>
</head>
<body>
<main>
<h1>Lieferungen</h1>
)";

std::string stage_words(Delivery const& delivery, Agreement const& agreement) {
    std::string words;
    switch (delivery.stage) {
    case Stage::received: return "eingegangen, wird geprüft";
    case Stage::checked: words = delivery.release_wanted ? "geprüft, Freigabe erteilt" : "geprüft"; break;
    case Stage::held: words = "angehalten: wartet auf eine Entscheidung"; break;
    case Stage::released: return "veröffentlicht";
    case Stage::withdrawn: return "zurückgezogen";
    case Stage::refused: return "abgelehnt: siehe Bericht";
    }
    if (delivery.release_at) {
        auto const zone = gateway::intake::TimeZone::load(agreement.time_zone);
        words += "; Sperrfrist bis " + wall_text(*delivery.release_at, zone);
    }
    return words;
}

struct Notice {
    bool is_good = true;
    std::string text;
};

std::string agreement_field(std::vector<Agreement const*> const& mine) {
    if (mine.empty()) return "<input type=\"text\" name=\"agreement\" id=\"agreement\">";
    std::string made = "<select name=\"agreement\" id=\"agreement\">";
    for (auto const* const one : mine)
        made += "<option value=\"" + io::escaped_markup(one->id) + "\">" +
                io::escaped_markup(one->title.empty() ? one->id : one->title) + " (" +
                io::escaped_markup(one->id) + ")</option>";
    return made + "</select>";
}

std::string row(Delivery const& delivery, Agreement const& agreement) {
    auto const button = [&](char const* name, char const* words, char const* question) {
        std::string made =
            "<button name=\"" + std::string{name} + "\" value=\"" + io::escaped_markup(delivery.id) + "\"";
        if (*question != '\0') made += " data-frage=\"" + std::string{question} + "\"";
        return made + ">" + words + "</button>";
    };
    auto const zone = gateway::intake::TimeZone::load(agreement.time_zone);
    auto made = "<tr><td>" + io::escaped_markup(delivery.id) + "</td><td>" +
                io::escaped_markup(delivery.file) + "<br><small>" + io::escaped_markup(delivery.agreement) +
                "</small></td><td>" + io::escaped_markup(wall_text(delivery.received, zone)) + "</td><td>" +
                io::escaped_markup(stage_words(delivery, agreement)) + "</td><td>";
    if (delivery.stage != Stage::received)
        made += button("report", "Bericht", "") + button("quarantine", "Zurückgestellte Zeilen", "");
    made += button("receipt", "Quittung", "");
    bool const waits = delivery.stage == Stage::checked || delivery.stage == Stage::held;
    if (waits && !delivery.release_wanted)
        made += button("release", "Freigeben", "Diese Lieferung zur Veröffentlichung freigeben?");
    if (waits || delivery.stage == Stage::received || delivery.stage == Stage::released)
        made += button("withdraw", delivery.stage == Stage::released ? "Zurückrufen" : "Zurückziehen",
                       "Diese Lieferung zurückziehen?");
    return made + "</td></tr>\n";
}

http::Response page(unsigned status, std::optional<Notice> const& notice,
                    std::vector<Agreement const*> const& mine, std::string const& list) {
    std::string text{head};
    if (notice)
        text += "<p class=\"" + std::string{notice->is_good ? "gut" : "fehler"} + "\" role=\"alert\">" +
                io::escaped_markup(notice->text) + "</p>\n";
    text += "<form id=\"lieferung\" method=\"post\" action=\"/lieferung\" enctype=\"multipart/form-data\" "
            "data-leer=\"" +
            std::string{mine.empty() && !notice ? "ja" : "nein"} + "\">\n" +
            "<label for=\"key\">Zugangsschlüssel Ihres Amtes (vom Betreiber)</label>\n"
            "<input type=\"password\" name=\"key\" id=\"key\" autocomplete=\"off\" required>\n"
            "<p><button name=\"action\" value=\"list\" id=\"liste\">Meine Lieferungen anzeigen</button></p>\n"
            "<p id=\"stand\" aria-live=\"polite\"></p>\n" +
            list +
            "<fieldset><legend>Datei liefern</legend>\n"
            "<label for=\"agreement\">Liefervereinbarung</label>\n" +
            agreement_field(mine) +
            "\n<label for=\"file\">Datei</label>\n<input type=\"file\" name=\"file\" id=\"file\">\n"
            "<label for=\"embargo\">Sperrfrist (leer: sofort nach der Freigabe)</label>\n"
            "<input type=\"datetime-local\" name=\"embargo\" id=\"embargo\">\n"
            "<label for=\"comment\">Hinweis zur Änderung, wird veröffentlicht</label>\n"
            "<input type=\"text\" name=\"comment\" id=\"comment\" maxlength=\"1000\">\n"
            "<label for=\"reason\">Begründung, wo der Bericht eine verlangt; auch beim Freigeben und "
            "Zurückziehen</label>\n<input type=\"text\" name=\"reason\" id=\"reason\" maxlength=\"1000\">\n"
            "<label class=\"haken\"><input type=\"checkbox\" name=\"accept_rest\" value=\"true\"> "
            "Fehlerfreie Zeilen "
            "freigeben, auch wenn andere zurückgestellt werden</label>\n"
            "<label class=\"haken\"><input type=\"checkbox\" name=\"full\" value=\"true\"> Die Datei ist "
            "vollständig: was "
            "fehlt, wird gelöscht</label>\n"
            "<label class=\"haken\"><input type=\"checkbox\" name=\"dry_run\" value=\"true\"> Nur prüfen "
            "(Probelauf)</label>\n"
            "<p><button name=\"action\" value=\"send\">Liefern</button></p>\n"
            "<p><small>Ohne JavaScript bis 4 MiB. Größere Dateien: <code>kreislauf deliver DATEI --agreement "
            "KENNUNG "
            "--url ADRESSE</code></small></p>\n</fieldset>\n</form>\n</main>\n<script "
            "src=\"/lieferung.js\"></script>\n"
            "</body>\n</html>\n";
    auto response = http::Response::text(status, "text/html; charset=utf-8", std::move(text));
    response.headers.emplace_back("Content-Language", "de");
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    return response;
}

/// A step on one delivery: the button that was pressed and its id.
struct Step {
    std::string name, id;
};

std::optional<Step> step_of(Form& form) {
    for (auto const* const name : {"report", "quarantine", "receipt", "release", "withdraw"})
        if (auto found = form.fields.extract(name)) return Step{name, found.mapped()};
    return std::nullopt;
}

/// The call as one who sent the key in a header would have made it.
Call call_as(Call const& call, Sender const& sender, std::string const& id) {
    Call made{call.request, call.path, call.query, {}};
    made.language = Language::de;
    made.caller = sender.caller;
    made.base = call.base;
    made.request_id = call.request_id;
    made.in_path.emplace("id", id);
    return made;
}

/// An answer of its own, or what is to be said above the list.
std::variant<http::Response, Notice> take_step(Desk& desk, Call const& call, Sender const& sender,
                                               Step const& step, Form const& form) {
    auto as_sender = call_as(call, sender, step.id);
    if (step.name == "quarantine") return show_quarantine(desk, as_sender);
    if (step.name == "receipt") return show_receipt(desk, as_sender);
    if (step.name == "report") {
        as_sender.parameters.emplace_back("format", "html");
        auto response = show_report(desk, as_sender);
        if (response.status == 200) return response;
        return Notice{true, step.id + " wird noch geprüft. Der Bericht folgt."};
    }
    auto const delivery = desk.delivery(as_sender, step.id);
    auto const& reason = form.field("reason");
    if (step.name == "release") {
        desk.release(delivery.id, sender, reason);
        return Notice{true, step.id + " ist freigegeben."};
    }
    if (reason.find_first_not_of(' ') == std::string::npos)
        throw bad_field("reason", "",
                        {"the reason", "den Grund, wie ihn die Leser erfahren, im Feld Begründung"});
    desk.withdraw(delivery.id, sender, reason);
    return Notice{true, step.id + " ist zurückgezogen."};
}

std::variant<http::Response, Notice> take_file(Desk& desk, Call const& call, Sender const& sender,
                                               Form& form) {
    // Empty fields of the page are fields that were not filled in.
    for (auto at = form.fields.begin(); at != form.fields.end();)
        at = at->second.empty() ? form.fields.erase(at) : std::next(at);
    if (flag_of(form, "dry_run")) {
        auto as_sender = call_as(call, sender, {});
        as_sender.parameters.emplace_back("format", "html");
        return try_form(desk, as_sender, sender, form);
    }
    auto const submitted = submit_form(desk, call, sender, form);
    auto const& id = submitted.delivery.id;
    if (submitted.is_repeat) return Notice{true, "Diese Datei ist schon da, als " + id + "."};
    return Notice{true, form.file_name.value_or("") + " ist angekommen, als " + id + ", und wird geprüft."};
}

std::string table_of(Desk& desk, Sender const& sender) {
    auto const deliveries = desk.deliveries(sender, {}, std::nullopt);
    if (deliveries.empty()) return "<p>Noch keine Lieferung.</p>\n";
    std::string table =
        "<table>\n<thead><tr><th>Lieferung</th><th>Datei</th><th>Eingang</th><th>Stand</th><th></th>"
        "</tr></thead>\n<tbody>\n";
    for (auto const& delivery : deliveries)
        if (auto const* const agreement = desk.intake().agreements().find(delivery.agreement))
            table += row(delivery, *agreement);
    return table + "</tbody>\n</table>\n";
}

} // namespace

http::Response show_page(Desk&, Call const&) {
    return page(200, std::nullopt, {}, {});
}

http::Response show_script(Desk&, Call const&) {
    return http::Response::text(200, "text/javascript; charset=utf-8", std::string{page_script});
}

http::Response use_page(Desk& desk, Call const& call) {
    std::vector<Agreement const*> mine;
    std::optional<Sender> sender;
    Notice notice{false, {}};
    unsigned status = 400;
    try {
        auto form = form_from(call.request.header("Content-Type"), call.request.body);
        auto const key = form.fields.extract("key");
        auto const action = form.fields.extract("action");
        sender = desk.sender_with_key(call, key ? key.mapped() : std::string{});
        mine = desk.agreements_of(*sender);
        if (mine.empty()) throw not_an_office(sender->actor);
        std::variant<http::Response, Notice> done = Notice{};
        if (auto const step = step_of(form))
            done = take_step(desk, call, *sender, *step, form);
        else if (action && action.mapped() == "send")
            done = take_file(desk, call, *sender, form);
        if (auto* const response = std::get_if<http::Response>(&done)) return std::move(*response);
        notice = std::get<Notice>(done);
        status = 200;
    } catch (Refusal const& refusal) {
        auto const& problem = refusal.problem();
        status = problem.status;
        notice.text = problem.title.de + ": " + problem.detail.de + ". " + problem.next.de + ".";
    } catch (Error const& error) {
        if (error.code() != Errc::invalid_argument && error.code() != Errc::not_found) throw;
        notice.text = error.what();
    }
    return page(status, notice.text.empty() ? std::nullopt : std::optional{notice}, mine,
                mine.empty() ? std::string{} : table_of(desk, *sender));
}

} // namespace gateway::serve::intake
