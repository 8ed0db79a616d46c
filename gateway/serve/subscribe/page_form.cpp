#include "gateway/serve/subscribe/page_form.hpp"

#include <algorithm>
#include <array>

#include "gateway/io/markup.hpp"

namespace gateway::serve::subscribe {
namespace {

using gateway::subscribe::Subscription;
using gateway::subscribe::Ways;
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

constexpr std::array<Words, 4> ways{{
    {"mail", "E-Mail in verständlichem Deutsch"},
    {"drop", "Ablage: Paket und Änderungen in einem Ordner"},
    {"pull", "Abruf: der Kreis holt die Änderungen selbst"},
    {"webhook", "Webhook: ein Programm des Kreises wird aufgerufen"},
}};

/// What an objection begins with, and what it is about.
constexpr std::array<Words, 10> objections{{
    {"address",
     "Die Adresse passt nicht zum gewählten Weg. Für E-Mail ist sie eine Mailadresse, für die Ablage ein "
     "Ordner oder eine Adresse, die Ihr Betreiber eingerichtet hat, für Webhook https://…, für Abruf leer."},
    {"area",
     "Eines der Gebiete gibt es nicht. Erwartet wird ein amtlicher Schlüssel, etwa 03153 für Goslar."},
    {"dataset", "Eine der Tabellen gibt es hier nicht. Erwartet wird ihre Kennung, etwa 12411-01-01-4."},
    {"indicator", "Eines der Merkmale gibt es hier nicht. Erwartet wird sein Kurzname, etwa BEVSTD."},
    {"kind", "Eine der Arten von Änderungen gibt es nicht."},
    {"territory", "Der Gebietsstand ist ein Tag wie 2024-12-31 oder leer, und er geht nur bei der Ablage: "
                  "alle anderen Wege "
                  "melden, wie veröffentlicht wurde."},
    {"format",
     "Diese Form kennt der gewählte Weg nicht. Für E-Mail: text oder leer, für die Ablage: delta oder leer."},
    {"option", "Die Stunde der E-Mail ist eine Zahl von 0 bis 19 oder leer."},
    {"title", "Die Bezeichnung ist zu lang oder enthält unerlaubte Zeichen."},
    {"way", "Diesen Weg gibt es hier nicht."},
}};

template <typename List>
std::string_view words_of(List const& list, std::string_view name) noexcept {
    auto const found =
        std::find_if(list.begin(), list.end(), [&](Words const& one) { return one.first == name; });
    return found == list.end() ? name : found->second;
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
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

bool holds(std::vector<std::string> const& values, std::string_view one) {
    return std::find(values.begin(), values.end(), one) != values.end();
}

std::string joined(std::vector<std::string> const& values) {
    std::string text;
    for (auto const& value : values) text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::string input(std::string_view name, std::string_view label, std::string_view value) {
    auto const id = std::string{name};
    return "<label for=\"" + id + "\">" + std::string{label} + "</label>\n<input type=\"text\" name=\"" + id +
           "\" id=\"" + id + "\" value=\"" + io::escaped_markup(value) + "\">\n";
}

std::string tick(std::string_view name, std::string_view value, std::string_view words, bool ticked) {
    return "<label class=\"haken\"><input type=\"checkbox\" name=\"" + std::string{name} + "\" value=\"" +
           io::escaped_markup(value) + "\"" + (ticked ? " checked" : "") + "> " + io::escaped_markup(words) +
           "</label>\n";
}

std::string choice(std::string_view value, std::string_view words, bool chosen) {
    return "<option value=\"" + std::string{value} + "\"" + (chosen ? " selected" : "") + ">" +
           std::string{words} + "</option>\n";
}

/// Those that are there as boxes; the others, and all where there are too many, in a field.
std::string tables(Form const& form) {
    std::vector<std::string> others;
    for (auto const& id : form.filled.datasets) {
        bool const has_box = std::any_of(form.datasets.begin(), form.datasets.end(),
                                         [&id](auto const& one) { return one.first == id; });
        if (!has_box) others.push_back(id);
    }
    std::string text;
    if (!form.datasets.empty()) {
        text += std::string{"<details"} + (form.filled.datasets.empty() ? "" : " open") +
                "><summary>Nur bestimmte Tabellen (nichts angekreuzt: alle)</summary>\n";
        for (auto const& [id, title] : form.datasets)
            text += tick("dataset", id, title + " (" + id + ")", holds(form.filled.datasets, id));
        text += "</details>\n";
    }
    return text + input("dataset",
                        form.datasets.empty() ? "Tabellen: Kennungen, mit Komma getrennt (leer: alle)"
                                              : "Weitere Tabellen: Kennungen, mit Komma getrennt",
                        joined(others));
}

std::string option(Subscription const& one, std::string_view name) {
    auto const found = one.options.find(name);
    return found == one.options.end() ? std::string{} : found->second;
}

std::string more(Subscription const& one) {
    bool const is_used =
        !one.indicators.empty() || !one.territory.empty() || !one.format.empty() || !one.options.empty();
    return std::string{"<details"} + (is_used ? " open" : "") + "><summary>Weitere Angaben</summary>\n" +
           input("indicator", "Merkmale: Kurznamen wie BEVSTD, mit Komma getrennt (leer: alle)",
                 joined(one.indicators)) +
           input("territory",
                 "Ablage: Gebietsstand der Pakete, ein Tag wie 2024-12-31 (leer: wie veröffentlicht)",
                 one.territory) +
           input("format",
                 "Form: E-Mail nur als Text: text; Ablage nur mit den Änderungen: delta (leer: alles)",
                 one.format) +
           input("hour", "E-Mail: Stunde, zu der morgens gesammelt gemeldet wird (leer: 6)",
                 option(one, "hour")) +
           tick("at-once", "ja", "E-Mail: auch nachts gleich melden, ohne zu sammeln",
                !option(one, "at-once").empty()) +
           "</details>\n";
}

} // namespace

std::string field(Fields const& fields, std::string_view name) {
    auto const at = fields.find(name);
    return at == fields.end() ? std::string{} : at->second;
}

void read_form(Fields const& fields, Subscription& one, bool is_new) {
    one.title = field(fields, "title");
    one.areas = list(fields, "area");
    one.datasets = list(fields, "dataset");
    one.indicators = list(fields, "indicator");
    one.kinds = list(fields, "kind");
    one.territory = field(fields, "territory");
    one.format = field(fields, "format");
    one.address = field(fields, "address");
    if (is_new) one.way = field(fields, "way");
    for (auto const* const name : {"hour", "at-once"}) {
        auto const value = field(fields, name);
        if (value.empty())
            one.options.erase(name);
        else
            one.options[name] = value;
    }
}

std::string_view kind_words(std::string_view kind) noexcept {
    return words_of(kinds, kind);
}

std::string_view way_words(std::string_view way) noexcept {
    return words_of(ways, way);
}

std::string objection_words(std::string_view objection) {
    auto const found = std::find_if(objections.begin(), objections.end(), [&](Words const& one) {
        return objection.substr(0, one.first.size()) == one.first;
    });
    if (found == objections.end()) return "So nicht möglich: " + std::string{objection};
    return "So nicht möglich. " + std::string{found->second} +
           " (Meldung des Dienstes: " + std::string{objection} + ")";
}

std::string page_form(Form const& form, Ways const& known) {
    auto const& one = form.filled;
    bool const is_new = one.id.empty();
    auto const name = io::escaped_markup(one.id);
    std::string text =
        "<fieldset id=\"formular\"><legend>" + (is_new ? std::string{"Neues Abonnement"} : name + " ändern") +
        "</legend>\n" + input("title", "Bezeichnung", one.title) +
        input("area",
              "Gebiete: amtliche Schlüssel, mit Komma getrennt (leer: das Gebiet Ihres Zugangsschlüssels)",
              joined(one.areas)) +
        tables(form) + "<p>Was gemeldet wird (nichts angekreuzt: alles)</p>\n";
    for (auto const& [kind, words] : kinds) text += tick("kind", kind, words, holds(one.kinds, kind));
    if (is_new) {
        text += "<label for=\"way\">Wie es ankommt</label>\n<select name=\"way\" id=\"way\">\n";
        for (auto const& [way, words] : ways)
            if (known.find(way) != nullptr) text += choice(way, words, one.way == way);
        text += "</select>\n";
    } else {
        text += "<p>Wie es ankommt: " + std::string{way_words(one.way)} + "</p>\n";
    }
    text += input("address",
                  "Adresse (E-Mail: die Mailadresse, Ablage: der Ordner, Webhook: https://…; Abruf: leer)",
                  one.address) +
            more(one);
    if (is_new)
        text += "<label for=\"begin\">Beginn</label>\n<select name=\"begin\" id=\"begin\">\n" +
                choice("now", "ab jetzt", !form.from_start) +
                choice("start", "alles von Anfang an", form.from_start) +
                "</select>\n<p><button name=\"action\" value=\"add\">Abonnieren</button></p>\n";
    else
        text +=
            "<p><button name=\"change\" value=\"" + name +
            "\">Änderung speichern</button><button name=\"action\" value=\"list\">Abbrechen</button></p>\n";
    return text + "</fieldset>\n";
}

} // namespace gateway::serve::subscribe
