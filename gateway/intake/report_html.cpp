// The report for people, as a German page: no script, no foreign address, fit for paper.
//
// Source   domain handbook 9; EN 301 549 / WCAG 2.1 AA: language, captions, scopes, contrast of at least 4.5,
//          severities said in words and not by colour alone
#include <string>
#include <string_view>

#include "gateway/intake/check.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/intake/report_parts.hpp"
#include "gateway/io/markup.hpp"

namespace gateway::intake {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.05rem; margin: 0 0 .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.verdict { font-size: 1.2rem; font-weight: 600; border: 2px solid; padding: .5rem 1rem; margin: 1rem 0; }
.sound { color: #0b5a23; } .partly, .needs_reason, .held { color: #7a4100; } .unusable { color: #98000f; }
article { border: 1px solid #767676; border-left-width: .5rem; padding: .7rem 1rem; margin: .8rem 0; break-inside: avoid; }
.error { border-left-color: #98000f; } .warning { border-left-color: #b06000; } .info { border-left-color: #3b5b92; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } caption { text-align: left; padding: .3rem 0; font-weight: 600; }
th, td { border: 1px solid #767676; padding: .25rem .6rem; text-align: left; vertical-align: top; } th { background: #eee; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.reason { font-weight: 600; } code { overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } a { color: inherit; } thead { display: table-header-group; } tr { break-inside: avoid; } }
)";

std::string escaped(std::string_view text) {
    return io::escaped_markup(one_line(text));
}

void add(std::string& out, NamedTexts const& texts) {
    out += "<dl>\n";
    for (auto const& [name, value] : texts)
        out += "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n";
    out += "</dl>\n";
}

void add(std::string& out, std::size_t number, Finding const& finding) {
    auto const id = "f" + std::to_string(number);
    out += "<article class=\"" + std::string{to_string(finding.severity)} + "\" aria-labelledby=\"" + id +
           "\">\n<h3 id=\"" + id + "\">" + std::to_string(number) + ". " +
           escaped(severity_de(finding.severity)) + ": " + escaped(title_of(finding.code));
    if (finding.count > 1) out += " (" + number_de(finding.count) + "-mal)";
    out += "</h3>\n";
    NamedTexts texts;
    if (auto place = place_text(finding); !place.empty()) texts.emplace_back("Ort", std::move(place));
    if (!finding.key.empty()) texts.emplace_back("Schlüssel", finding.key);
    texts.emplace_back("Gefunden", finding.found);
    if (!finding.expected.empty()) texts.emplace_back("Erwartet", finding.expected);
    if (!finding.next_step.empty()) texts.emplace_back("Zu tun", finding.next_step);
    if (!finding.examples.empty()) texts.emplace_back("Stellen", examples_text(finding));
    add(out, texts);
    if (finding.needs_reason) out += "<p class=\"reason\">Freigabe nur mit Begründung.</p>\n";
    out += "</article>\n";
}

void add(std::string& out, Preview const& preview) {
    out += "<h2>Vorschau: was die Freigabe ändert</h2>\n<p>" + escaped(against_text(preview)) + "</p>\n";
    if (preview.counties.empty()) {
        out += "<p>Nichts ändert sich.</p>\n";
    } else {
        out +=
            "<table>\n<caption>Geänderte Werte nach Kreisen, Gemeinden bei ihrem Kreis</caption>\n<thead><tr>"
            "<th scope=\"col\">Schlüssel</th><th scope=\"col\">Gebiet</th><th scope=\"col\" "
            "class=\"n\">neu</th>"
            "<th scope=\"col\" class=\"n\">geändert</th><th scope=\"col\" "
            "class=\"n\">gelöscht</th></tr></thead>\n"
            "<tbody>\n";
        for (auto const& county : preview.counties)
            out += "<tr><th scope=\"row\">" + escaped(county.area) + "</th><td>" + escaped(county.name) +
                   "</td><td class=\"n\">" + number_de(county.added) + "</td><td class=\"n\">" +
                   number_de(county.revised) + "</td><td class=\"n\">" + number_de(county.deleted) +
                   "</td></tr>\n";
        out += "</tbody>\n</table>\n";
    }
    if (!preview.derived.empty()) {
        out += "<table>\n<caption>Abgeleitete Reihen, die sich ändern, die größte Änderung zuerst</caption>\n"
               "<thead><tr><th scope=\"col\">Reihe</th><th scope=\"col\" class=\"n\">bisher</th>"
               "<th scope=\"col\" class=\"n\">danach</th><th scope=\"col\" "
               "class=\"n\">Änderung</th></tr></thead>\n"
               "<tbody>\n";
        for (auto const& effect : preview.derived)
            out += "<tr><th scope=\"row\">" + escaped(effect.what) + "</th><td class=\"n\">" +
                   escaped(side_text(effect.before)) + "</td><td class=\"n\">" +
                   escaped(side_text(effect.after)) + "</td><td class=\"n\">" +
                   escaped(effect.change.empty() ? "–" : value_de(effect.change)) + "</td></tr>\n";
        out += "</tbody>\n</table>\n";
        if (preview.derived_more > 0) out += "<p>und " + number_de(preview.derived_more) + " weitere</p>\n";
    }
    out += "<p>Prüfsumme der Änderungen: <code>" + escaped(preview.changes_sha256) + "</code></p>\n";
}

} // namespace

std::string to_html(Report const& report, Agreement const& agreement) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                      "'unsafe-inline'\">\n<title>Prüfbericht: ";
    out += escaped(report.file) + "</title>\n<style>" + std::string{style} +
           "</style>\n</head>\n<body>\n<main>\n<h1>Prüfbericht</h1>\n";
    add(out, heading_of(report, agreement));
    out += "<p class=\"verdict " + std::string{name_of(report.verdict)} +
           "\" role=\"status\">Ergebnis: " + escaped(verdict_de(report.verdict)) + "</p>\n";
    out += "<h2>Zahlen</h2>\n";
    add(out, counts_of(report.counts));
    out += "<h2>Feststellungen</h2>\n";
    if (report.findings.empty()) out += "<p>Keine Feststellungen.</p>\n";
    std::size_t number = 0;
    for (auto const& finding : report.findings) add(out, ++number, finding);
    if (!report.preview.dataset.empty()) add(out, report.preview);
    out += "</main>\n</body>\n</html>\n";
    return out;
}

} // namespace gateway::intake
