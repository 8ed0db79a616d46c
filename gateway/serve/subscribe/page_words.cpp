#include "gateway/serve/subscribe/page_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/intake/report_german.hpp"
#include "gateway/io/markup.hpp"

namespace gateway::serve::subscribe {
namespace {

using namespace gateway::subscribe;
using Words = std::pair<std::string_view, std::string_view>;

constexpr std::array<Words, 9> kinds{{
    {"added", "neue Werte"},
    {"revised", "geänderte Werte"},
    {"deleted", "gelöschte Werte"},
    {"recalled", "zurückgerufene Lieferungen"},
    {"withdrawn", "von der Quelle zurückgezogene Tabellen"},
    {"returned", "wieder veröffentlichte Tabellen"},
    {"structure", "Änderungen am Aufbau, auch angekündigte"},
    {"territory", "Änderungen am Gebietsstand"},
    {"comment", "Hinweise"},
}};

constexpr std::array<Words, 6> ways{{
    {"webhook", "Webhook: ein Programm des Kreises wird aufgerufen"},
    {"mail", "E-Mail in verständlichem Deutsch"},
    {"drop", "Ablage: Paket und Änderungen in einem Ordner"},
    {"pull", "Abruf: der Kreis holt die Änderungen selbst"},
    {"atom", "Atom-Feed für einen Feedreader"},
    {"sse", "Server-Sent Events: offene Verbindung"},
}};

template <typename List>
std::string_view words_of(List const& list, std::string_view name) {
    auto const found =
        std::find_if(list.begin(), list.end(), [&](Words const& one) { return one.first == name; });
    return found == list.end() ? name : found->second;
}

std::string state_words(Subscription const& subscription) {
    switch (subscription.state) {
    case SubscriptionState::unconfirmed: return "wartet auf die Zustimmung des Empfängers";
    case SubscriptionState::active: return "läuft";
    case SubscriptionState::paused: return "pausiert";
    case SubscriptionState::disabled: return "angehalten: " + io::escaped_markup(subscription.why);
    case SubscriptionState::ended: return "beendet";
    }
    return {};
}

/// "03159 Göttingen"
std::string area_words(std::string const& key, harmonize::territory::Register const& areas) {
    auto const lives = areas.lives(key);
    return io::escaped_markup(lives.empty() ? key : key + " " + std::string{lives.back().name});
}

std::string time_words(UnixTime time) {
    return gateway::intake::time_de(time, "Europe/Berlin");
}

std::string button(std::string_view name, std::string const& id, std::string_view words) {
    return "<button name=\"" + std::string{name} + "\" value=\"" + io::escaped_markup(id) + "\">" +
           std::string{words} + "</button>";
}

} // namespace

std::string_view const page_head = R"(<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Abonnements</title>
<style>
body { font-family: sans-serif; line-height: 1.5; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
fieldset { border: 1px solid #888; margin: 1rem 0; padding: 0.5rem 1rem 1rem; }
label { display: block; margin: 0.6rem 0 0; }
label.haken { margin: 0.15rem 0 0; }
input[type=text], input[type=password], select { width: 100%; max-width: 32rem; font: inherit; box-sizing: border-box; padding: 0.25rem; }
button { font: inherit; padding: 0.25rem 0.7rem; margin: 0.2rem 0.2rem 0 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #bbb; padding: 0.35rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; hyphens: auto; }
th { overflow-wrap: normal; }
.fehler { border-left: 0.4rem solid #a00; background: #fdeeee; padding: 0.5rem 1rem; overflow-wrap: anywhere; }
.gut { border-left: 0.4rem solid #060; background: #eef8ee; padding: 0.5rem 1rem; overflow-wrap: anywhere; }
small { color: #444; }
</style>
</head>
<body>
<main>
<h1>Abonnements</h1>
<p>Hier bestellt ein Kreis, was er über Änderungen an seinen Zahlen erfahren will. Ein Abonnement gilt für den Kreis mit
allen Gemeinden, auch mit früheren.</p>
)";

std::string_view const page_key = R"(<form method="post" action="/abonnement">
<label for="key">Schlüssel Ihres Kreises</label>
<input type="password" name="key" id="key" autocomplete="off" required>
<p><button name="action" value="list">Meine Abonnements anzeigen</button></p>
)";

std::string_view const page_table = "<table>\n<thead><tr><th>Abonnement</th><th>Was</th><th>Wie</"
                                    "th><th>Stand</th><th></th></tr></thead>\n<tbody>\n";

std::string page_row(Subscriber const& one, std::size_t open_failures,
                     harmonize::territory::Register const& areas) {
    auto const& subscription = one.subscription;
    auto const& position = one.position;
    std::string row = "<tr><td>" + io::escaped_markup(subscription.id) + "<br><small>" +
                      io::escaped_markup(subscription.title) + "</small></td><td>";
    for (auto const& key : subscription.areas) row += area_words(key, areas) + "<br>";
    if (subscription.areas.empty()) row += "alle Gebiete<br>";
    row += "<small>";
    for (auto const& id : subscription.datasets) row += io::escaped_markup(id) + "<br>";
    if (subscription.datasets.empty()) row += "alle Tabellen<br>";
    for (auto const& code : subscription.indicators) row += io::escaped_markup(code) + "<br>";
    std::string told;
    for (auto const& kind : subscription.kinds)
        told += (told.empty() ? "" : ", ") + std::string{words_of(kinds, kind)};
    row += (told.empty() ? "alle Änderungen" : told) + "</small></td><td>" +
           io::escaped_markup(words_of(ways, subscription.way)) + "<br><small>" +
           io::escaped_markup(subscription.address) + "</small></td><td>" + state_words(subscription);
    if (position.moved > subscription.created)
        row += "<br><small>zuletzt zugestellt: " + time_words(position.moved) + "</small>";
    if (!position.trouble.empty())
        row += "<br><small>" + std::to_string(position.tries) + " Versuche, nächster " +
               time_words(position.next_try) + ": " + io::escaped_markup(position.trouble) + "</small>";
    if (open_failures > 0)
        row += "<br><small>" + std::to_string(open_failures) + " Nachrichten sind nicht angekommen</small>";
    row += "</td><td>";
    bool const stands =
        subscription.state == SubscriptionState::paused || subscription.state == SubscriptionState::disabled;
    if (subscription.state == SubscriptionState::active) row += button("pause", subscription.id, "Pausieren");
    if (stands) row += button("resume", subscription.id, "Fortsetzen");
    if (open_failures > 0 && subscription.state == SubscriptionState::active)
        row += button("replay", subscription.id, "Noch einmal senden");
    return row + button("end", subscription.id, "Beenden") + "</td></tr>\n";
}

std::string page_announcements(std::vector<Event> const& announcements) {
    if (announcements.empty()) return {};
    std::string text = "<h2>Angekündigt und mitgeteilt</h2>\n<ul>\n";
    for (auto const& one : announcements) {
        auto const what = one.kind == store::ChangeKind::structure   ? "Aufbau"
                          : one.kind == store::ChangeKind::territory ? "Gebietsstand"
                                                                     : "Hinweis";
        text += "<li>" + time_words(one.time) + ", " + what +
                (one.dataset.empty() ? std::string{} : " von " + io::escaped_markup(one.dataset)) + ": " +
                io::escaped_markup(one.text) + "</li>\n";
    }
    return text + "</ul>\n";
}

std::string page_new(Ways const& known, std::string const& own_area) {
    std::string form = R"(<fieldset><legend>Neues Abonnement</legend>
<label for="title">Bezeichnung</label>
<input type="text" name="title" id="title" maxlength="200">
<label for="area">Gebiete: Schlüssel, mit Komma getrennt (leer: das Gebiet Ihres Schlüssels)</label>
<input type="text" name="area" id="area" value=")" +
                       io::escaped_markup(own_area) + R"(">
<label for="dataset">Tabellen: Kennungen, mit Komma getrennt (leer: alle)</label>
<input type="text" name="dataset" id="dataset">
<p>Was gemeldet wird (nichts angekreuzt: alles)</p>
)";
    for (auto const& [name, words] : kinds)
        form += "<label class=\"haken\"><input type=\"checkbox\" name=\"kind\" value=\"" + std::string{name} +
                "\"> " + std::string{words} + "</label>\n";
    form += "<label for=\"way\">Wie es ankommt</label>\n<select name=\"way\" id=\"way\">\n";
    for (auto const& [name, words] : ways)
        if (known.find(name) != nullptr)
            form += "<option value=\"" + std::string{name} + "\">" + std::string{words} + "</option>\n";
    form += R"(</select>
<label for="address">Adresse (Webhook: https://…, E-Mail: die Adresse; sonst leer)</label>
<input type="text" name="address" id="address">
<label for="begin">Beginn</label>
<select name="begin" id="begin">
<option value="now">ab jetzt</option>
<option value="start">alles von Anfang an</option>
</select>
<p><button name="action" value="add">Abonnieren</button></p>
<p><small>Was die Wörter bedeuten und wie ein Programm mitliest, steht in der Anleitung des Betreibers.</small></p>
</fieldset>
</form>
</main>
</body>
</html>
)";
    return form;
}

} // namespace gateway::serve::subscribe
