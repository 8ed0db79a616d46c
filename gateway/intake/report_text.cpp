// The report for people, as plain German text.
#include <algorithm>

#include "gateway/intake/check.hpp"
#include "gateway/intake/preview_derived.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/intake/report_parts.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t longest_line = 100;

/// Breaks a text into lines of that length, each behind `indent`.
void wrap(std::string& out, std::string_view label, std::string_view text) {
    std::string const indent(label.size(), ' ');
    out.append(label);
    std::size_t used = label.size();
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        auto const word = text.substr(0, end);
        if (used > label.size() && used + 1 + word.size() > longest_line) {
            out.append("\n").append(indent);
            used = indent.size();
        } else if (used > label.size()) {
            out += ' ';
            ++used;
        }
        out.append(word);
        used += word.size();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    out += '\n';
}

void add(std::string& out, std::size_t number, Finding const& finding) {
    out += '\n' + std::to_string(number) + ". " + std::string{severity_de(finding.severity)} + ": " +
           std::string{title_of(finding.code)};
    if (finding.count > 1) out += " (" + number_de(finding.count) + "-mal)";
    out += '\n';
    if (auto const place = place_text(finding); !place.empty()) wrap(out, "   Ort:       ", place);
    if (!finding.key.empty()) wrap(out, "   Schlüssel: ", finding.key);
    wrap(out, "   Gefunden:  ", one_line(finding.found));
    if (!finding.expected.empty()) wrap(out, "   Erwartet:  ", one_line(finding.expected));
    if (!finding.next_step.empty()) wrap(out, "   Zu tun:    ", one_line(finding.next_step));
    if (finding.needs_reason) out += "   Freigabe nur mit Begründung.\n";
    if (!finding.examples.empty()) wrap(out, "   Stellen:   ", examples_text(finding));
}

} // namespace

std::string to_text(Report const& report, Agreement const& agreement) {
    std::string out = "PRÜFBERICHT\n\n";
    for (auto const& [name, value] : heading_of(report, agreement))
        out += name + ": " + one_line(value) + '\n';
    out += "\nErgebnis: " + std::string{verdict_de(report.verdict)} + "\n\n";
    for (auto const& [name, value] : counts_of(report.counts)) out += name + ": " + value + '\n';
    if (report.findings.empty()) {
        out += "\nKeine Feststellungen.\n";
    } else {
        out += "\nFESTSTELLUNGEN\n";
        std::size_t number = 0;
        for (auto const& finding : report.findings) add(out, ++number, finding);
    }
    auto const& preview = report.preview;
    if (preview.dataset.empty()) return out;
    out += "\nVORSCHAU: WAS DIE FREIGABE ÄNDERT\n" + against_text(preview) + "\n\n";
    for (auto const& county : preview.counties)
        out += "  " + county.area + (county.name.empty() ? "" : " " + one_line(county.name)) + ": neu " +
               number_de(county.added) + ", geändert " + number_de(county.revised) + ", gelöscht " +
               number_de(county.deleted) + '\n';
    if (preview.counties.empty()) out += "  Nichts ändert sich.\n";
    if (!preview.derived.empty()) {
        out += "\nABGELEITETE REIHEN, DIE SICH ÄNDERN (größte Änderung zuerst)\n";
        for (auto const& effect : preview.derived)
            out += "  " + one_line(effect.what) + ": " + side_text(effect.before) + " → " +
                   side_text(effect.after) +
                   (effect.change.empty() ? "" : " (" + value_de(effect.change) + ")") + '\n';
        if (preview.derived_more > 0) out += "  und " + number_de(preview.derived_more) + " weitere\n";
    }
    out += "\nPrüfsumme der Änderungen: " + preview.changes_sha256 + '\n';
    return out;
}

} // namespace gateway::intake
