#include "gateway/serve/subscribe/page_words.hpp"

#include <algorithm>

#include "gateway/intake/report_german.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/subscribe/page_form.hpp"
#include "gateway/subscribe/gather.hpp"

namespace gateway::serve::subscribe {
namespace {

using namespace gateway::subscribe;

std::string state_words(Subscription const& subscription) {
    switch (subscription.state) {
    case SubscriptionState::unconfirmed: return "wartet auf die Zustimmung des Empfängers";
    case SubscriptionState::active: return "läuft";
    case SubscriptionState::paused: return "pausiert";
    case SubscriptionState::disabled:
        return "angehalten: der Empfänger nimmt nicht an, war nicht zu erreichen oder ist ein "
               "anderer<br><small>" +
               io::escaped_markup(subscription.why) + "</small>";
    case SubscriptionState::ended: return "beendet";
    }
    return {};
}

/// "03159 Göttingen", "03156 Osterode am Harz (heute 03159 Göttingen)"
std::string area_words(std::string const& key, harmonize::territory::Register const& areas,
                       std::int32_t day) {
    auto const named = [&areas](std::string const& one) {
        auto const lives = areas.lives(one);
        return lives.empty() ? one : one + " " + std::string{lives.back().name};
    };
    std::string today;
    for (auto const& one : areas_today(areas, {key}, day))
        today += (today.empty() ? " (heute " : ", ") + named(one);
    return io::escaped_markup(named(key) + (today.empty() ? "" : today + ")"));
}

std::string time_words(UnixTime time) {
    return gateway::intake::time_de(time, "Europe/Berlin");
}

std::string button(std::string_view name, std::string const& id, std::string_view words) {
    return "<button name=\"" + std::string{name} + "\" value=\"" + io::escaped_markup(id) + "\">" +
           std::string{words} + "</button>";
}

std::string failure_list(std::vector<Failure> const& failures) {
    if (failures.empty()) return {};
    auto const open = static_cast<std::size_t>(
        std::count_if(failures.begin(), failures.end(), [](Failure const& one) { return !one.replayed; }));
    auto text = "<details><summary>" +
                (open == 0 ? std::string{"Fehlschläge, alle nachgeholt"}
                           : std::to_string(open) + (open == 1 ? " Nachricht ist" : " Nachrichten sind") +
                                 " nicht angekommen") +
                "</summary>\n<ul>\n";
    for (auto const& one : failures) {
        text += "<li>" + time_words(one.first_try) + ": " + std::to_string(one.tries) +
                (one.tries == 1 ? " Versuch" : " Versuche") + " bis " + time_words(one.last_try);
        if (one.replayed)
            text += ", nachgeholt " + time_words(*one.replayed);
        else if (one.wanted)
            text += ", wird noch einmal gesendet";
        text += "<br><small>" + io::escaped_markup(one.text) + "</small></li>\n";
    }
    return text + "</ul></details>\n";
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
.frage { border-left: 0.4rem solid #a60; background: #fff6e5; padding: 0.5rem 1rem; }
small { color: #444; }
details { margin: 0.6rem 0; }
details ul { margin: 0.2rem 0; padding-left: 1.2rem; }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { border: 1px solid #888; margin: 0.8rem 0; padding: 0.3rem; }
  td { border: 0; padding: 0.2rem 0.4rem; }
}
</style>
</head>
<body>
<main>
<h1>Abonnements</h1>
<p>Hier bestellt ein Kreis, was er über Änderungen an seinen Zahlen erfahren will. Ein Abonnement gilt für den Kreis mit
allen Gemeinden, auch mit früheren.</p>
)";

std::string page_key(std::string const& key) {
    return "<form method=\"post\" action=\"/abonnement\">\n<label for=\"key\">Zugangsschlüssel "
           "Ihres Kreises (vom Betreiber; nicht der amtliche Gebietsschlüssel)</label>\n"
           "<input type=\"password\" name=\"key\" id=\"key\" autocomplete=\"off\" required value=\"" +
           io::escaped_markup(key) +
           "\">\n<p><button name=\"action\" value=\"list\">Meine Abonnements anzeigen</button></p>\n";
}

std::string page_question(std::string const& id) {
    return "<div class=\"frage\" role=\"alert\"><p>" + io::escaped_markup(id) +
           " wirklich beenden? Das lässt sich nicht rückgängig machen. Wer nur eine Zeit lang nichts hören "
           "will, "
           "nimmt „Pausieren“.</p>\n" +
           button("end", id, "Ja, beenden") + "<button name=\"action\" value=\"list\">Nein</button></div>\n";
}

std::string_view const page_table = "<table>\n<thead><tr><th>Abonnement</th><th>Was</th><th>Wie</"
                                    "th><th>Stand</th><th></th></tr></thead>\n<tbody>\n";

std::string page_row(Subscriber const& one, std::vector<Failure> const& failures,
                     harmonize::territory::Register const& areas, std::int32_t day) {
    bool const has_open =
        std::any_of(failures.begin(), failures.end(), [](Failure const& each) { return !each.replayed; });
    auto const& subscription = one.subscription;
    auto const& position = one.position;
    std::string row = "<tr><td>" + io::escaped_markup(subscription.id) + "<br><small>" +
                      io::escaped_markup(subscription.title) + "</small></td><td>";
    for (auto const& key : subscription.areas) row += area_words(key, areas, day) + "<br>";
    if (subscription.areas.empty()) row += "alle Gebiete<br>";
    row += "<small>";
    for (auto const& id : subscription.datasets) row += io::escaped_markup(id) + "<br>";
    if (subscription.datasets.empty()) row += "alle Tabellen<br>";
    for (auto const& code : subscription.indicators) row += io::escaped_markup(code) + "<br>";
    std::string told;
    for (auto const& kind : subscription.kinds)
        told += (told.empty() ? "" : ", ") + std::string{kind_words(kind)};
    row +=
        (told.empty() ? "alle Änderungen" : told) +
        (subscription.territory.empty() ? ""
                                        : "<br>Gebietsstand " + io::escaped_markup(subscription.territory)) +
        "</small></td><td>" + io::escaped_markup(way_words(subscription.way)) + "<br><small>" +
        io::escaped_markup(subscription.address) + "</small></td><td>" + state_words(subscription);
    if (position.moved > subscription.created)
        row += "<br><small>zuletzt zugestellt: " + time_words(position.moved) + "</small>";
    if (!position.trouble.empty())
        row += "<br><small>" + std::to_string(position.tries) + " Versuche, nächster " +
               time_words(position.next_try) + ": " + io::escaped_markup(position.trouble) + "</small>";
    row += failure_list(failures);
    row += "</td><td>";
    bool const stands =
        subscription.state == SubscriptionState::paused || subscription.state == SubscriptionState::disabled;
    if (subscription.state == SubscriptionState::active) row += button("pause", subscription.id, "Pausieren");
    if (stands) row += button("resume", subscription.id, "Fortsetzen");
    row += button("edit", subscription.id, "Ändern");
    if (has_open && subscription.state == SubscriptionState::active)
        row += button("replay", subscription.id, "Noch einmal senden");
    return row + button("ask_end", subscription.id, "Beenden") + "</td></tr>\n";
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

std::string_view const page_end =
    "<p><small>Was die Wörter bedeuten und wie ein Programm mitliest, steht in der Anleitung, die Ihr "
    "Betreiber "
    "bereithält: „Änderungen abonnieren“.</small></p>\n</main>\n</body>\n</html>\n";

} // namespace gateway::serve::subscribe
