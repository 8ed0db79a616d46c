#include "gateway/serve/api/explain_page.hpp"

#include <algorithm>
#include <array>

#include "gateway/feed/german.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/page.hpp"

namespace gateway::serve::api {
namespace {

using io::escaped_markup;

constexpr std::string_view title = "Woher kommt diese Zahl?";

struct Phrase {
    std::string_view english, german;
};
/// What explain() says of rules, for files and programs, in words for people.
constexpr std::array<Phrase, 13> phrases{
    {{"variable ", "Variable "},
     {"time", "Zeit"},
     {"measure", "Merkmal"},
     {"sign", "Zeichen"},
     {"protection", "Geheimhaltung"},
     {"no value", "kein Wert"},
     {"not applicable", "trifft nicht zu"},
     {"part of the year", "Teil des Jahres"},
     {"source code kept", "Schlüssel der Quelle"},
     {"an empty code is the total", "ein leerer Schlüssel ist die Summe"},
     {"an empty code is the whole year", "ein leerer Schlüssel ist das ganze Jahr"},
     {"an empty block does not apply", "ein leerer Block trifft nicht zu"},
     {" is the total", " ist die Summe"}}};

/// `text` with each phrase in German that it consists of, begins with or ends in.
std::string in_german(std::string text) {
    for (auto const& [english, german] : phrases) {
        auto const at = text.find(english);
        if (at == std::string::npos) continue;
        auto const end = at + english.size();
        bool const is_whole =
            (at == 0 || text[at - 1] == '(' || english.front() == ' ') &&
            (end == text.size() || text[end] == ')' || text[end] == ',' || english.back() == ' ');
        if (is_whole) text.replace(at, english.size(), german);
    }
    return text;
}

std::string number_de(Decimal number) {
    auto text = number.to_string();
    std::replace(text.begin(), text.end(), '.', ',');
    return text;
}

/// "126775" or "kein Wert: geheim zu halten", and what else is to be known of it.
std::string figure_de(Observation const& figure) {
    auto const& quality = figure.quality;
    auto text = figure.value.reason() ? "kein Wert: " + std::string{feed::reason_de(*figure.value.reason())}
                                      : number_de(figure.value.number().value());
    if (quality.status != ObsStatus::normal && !figure.value.reason())
        text += "; " + std::string{feed::status_de(quality.status)};
    if (quality.confidentiality != ConfStatus::free)
        text += "; " + std::string{feed::confidentiality_de(quality.confidentiality)};
    if (quality.protection != Protection::none)
        text += "; " + std::string{feed::protection_de(quality.protection)};
    return text;
}

std::string link_to(FigureId const& id, std::string const& words) {
    return "<a href=\"" +
           escaped_markup("/api/v1/explain?figure=" + percent_encoded(to_string(id)) + "&format=html") +
           "\">" + escaped_markup(words) + "</a>";
}

/// Two columns: what, and what of it.
class Facts {
  public:
    Facts& text(std::string_view what, std::string_view value) {
        if (value.empty()) return *this;
        html_.append("<tr><th scope=\"row\">").append(escaped_markup(what)).append("</th><td>");
        html_.append(escaped_markup(value)).append("</td></tr>\n");
        return *this;
    }
    [[nodiscard]] std::string table() const { return "<table>\n<tbody>\n" + html_ + "</tbody>\n</table>\n"; }

  private:
    std::string html_;
};

std::string head_of(FigureId const& id, std::string_view area_name, Observation const& figure) {
    return "<h2>" + escaped_markup(area_name) + ", " + escaped_markup(feed::period_de(id.period)) + ": " +
           escaped_markup(figure_de(figure)) + "</h2>\n";
}

std::string rules_of(std::vector<ingest::RuleUse> const& rules) {
    std::string html =
        "<h2>Wie aus der Zeile die Zahl wird</h2>\n<table>\n<thead><tr><th scope=\"col\">Angabe</th>"
        "<th scope=\"col\">in der Quelle</th><th scope=\"col\">hier</th><th scope=\"col\">Regel</th>"
        "</tr></thead>\n<tbody>\n";
    for (auto const& rule : rules) {
        html += "<tr>";
        for (auto const& cell :
             {in_german(rule.what), rule.source, in_german(rule.result), in_german(rule.rule)})
            html += "<td>" + escaped_markup(cell) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody>\n</table>\n";
}

std::string history_of(ingest::Explanation const& e) {
    std::string html = "<h2>Was hier wann stand</h2>\n<ol>\n";
    for (auto const& [figure, vintage] : e.history)
        html += "<li>" + feed::day_de(vintage.received) + ": " + escaped_markup(figure_de(figure)) +
                (vintage.note.empty() ? "" : " (" + escaped_markup(vintage.note) + ")") + "</li>\n";
    return html + "</ol>\n";
}

std::string verdict(bool identical) {
    return identical ? "<p role=\"status\">Neu berechnet aus dem, was die Quelle geschickt hat: dieselbe "
                       "Zahl.</p>\n"
                     : "<p role=\"alert\"><strong>Neu berechnet ergibt sich etwas anderes. Bitte verwenden "
                       "Sie die Zahl "
                       "nicht und melden Sie sie dem Betreiber.</strong></p>\n";
}

} // namespace

http::Response explanation_page(ingest::Explanation const& e) {
    auto const& provenance = e.document.provenance;
    auto const licence = feed::licence_of(e.dataset.licence);
    std::string request;
    for (auto const& [name, value] : provenance.request)
        request += (request.empty() ? "" : ", ") + name + "=" + value;
    Facts facts;
    facts.text("Kennung", to_string(e.id))
        .text("Tabelle", e.dataset.title + " (" + e.dataset.table + ")")
        .text("Quelle", e.dataset.attribution.empty() ? e.dataset.source : e.dataset.attribution)
        .text("Lizenz", licence.title)
        .text("Gebiet", e.area_name + ", " + std::string{feed::level_de(e.area.level)} + ", Schlüssel " +
                            area_key(e.area))
        .text("Zeichen der Quelle", e.stored.quality.sign.text());
    facts.text("Bedeutung des Zeichens", feed::sign_de(e.stored.quality.sign.text()))
        .text("Empfangen", feed::day_de(e.vintage.received))
        .text("Veröffentlicht", e.vintage.published ? feed::day_de(*e.vintage.published) : std::string{})
        .text("Herkunft", provenance.origin + (provenance.endpoint.empty() ? "" : ", " + provenance.endpoint))
        .text("Anfrage", request)
        .text("Dokument", std::to_string(e.document.bytes) + " Byte, SHA-256 " + e.document.sha256)
        .text("Stelle", e.line == 0
                            ? "keine Zeile hat diese Angaben mehr"
                            : "Zeile " + std::to_string(e.line) + ", Spalte " + std::to_string(e.column));
    auto html = head_of(e.id, e.area_name, e.stored) + verdict(e.identical) + facts.table();
    if (!e.raw_row.empty())
        html += "<h2>Die Zeile im Wortlaut</h2>\n<pre>" +
                escaped_markup(is_utf8(e.raw_row) ? e.raw_row : percent_encoded(e.raw_row)) + "</pre>\n";
    return html_page(Language::de, title, html + rules_of(e.rules) + history_of(e));
}

http::Response explanation_page(ingest::TerritorialExplanation const& e) {
    auto const& figure = e.flow ? e.flow->stored : e.figure.figure;
    Facts facts;
    facts.text("Kennung", to_string(e.flow ? e.flow->id : e.id))
        .text("Tabelle", e.dataset_title)
        .text("Rechenregel des Merkmals", e.measure.rule);
    auto html =
        head_of(e.id, e.area_name, figure) + verdict(e.identical && (!e.flow || e.flow->identical)) +
        facts.table() +
        "<h2>Woraus sie gerechnet ist</h2>\n<table>\n<thead><tr><th scope=\"col\">Gebiet</th>"
        "<th scope=\"col\">veröffentlicht</th><th scope=\"col\">davon gezählt</th><th scope=\"col\">Weg</th>"
        "</tr></thead>\n<tbody>\n";
    for (auto const& source : e.sources) {
        auto const& from = source.contribution;
        html += "<tr><td>" +
                link_to(source.id, from.name.empty() ? from.key : from.name + " (" + from.key + ")") +
                "</td><td>" + escaped_markup(figure_de(from.figure)) + "</td><td>" +
                (from.amount ? escaped_markup(number_de(*from.amount)) : std::string{}) + "</td><td>" +
                escaped_markup(from.passage);
        for (auto const& event : from.events) html += "<br><small>" + escaped_markup(event) + "</small>";
        html += "</td></tr>\n";
    }
    return html_page(Language::de, title, html + "</tbody>\n</table>\n");
}

http::Response explanation_page(ingest::SeriesExplanation const& e) {
    if (e.joined)
        return html_page(Language::de, title,
                         "<p>Diese Reihe ist nur zusammengefügt; die Zahl selbst ist " +
                             link_to(e.own, to_string(e.own)) + ".</p>\n");
    Facts facts;
    facts.text("Kennung", to_string(e.id)).text("Tabelle", e.title);
    auto html =
        head_of(e.id, e.area_name, e.figure) + facts.table() + "<h2>Woraus sie gerechnet ist</h2>\n<ul>\n";
    for (auto const& origin : e.origins)
        html += "<li>" + link_to(origin.id, to_string(origin.id)) + ": " +
                escaped_markup(figure_de(origin.figure)) + "</li>\n";
    return html_page(Language::de, title, html + "</ul>\n");
}

} // namespace gateway::serve::api
