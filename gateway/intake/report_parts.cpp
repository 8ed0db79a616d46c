#include "gateway/intake/report_parts.hpp"

#include "gateway/core/value.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/intake/preview_derived.hpp"
#include "gateway/intake/report_german.hpp"

namespace gateway::intake {

NamedTexts heading_of(Report const& report, Agreement const& agreement) {
    NamedTexts texts;
    texts.emplace_back("Vereinbarung", agreement.title.empty()
                                           ? report.agreement
                                           : agreement.title + " (" + report.agreement + ")");
    if (!agreement.office_name.empty()) texts.emplace_back("Amt", agreement.office_name);
    texts.emplace_back("Lieferung",
                       report.delivery.empty() ? "Probelauf, nichts wurde gespeichert" : report.delivery);
    texts.emplace_back("Datei", report.file);
    texts.emplace_back("SHA-256", report.sha256);
    texts.emplace_back("Geprüft", time_de(report.checked, agreement.time_zone));
    if (!report.preview.dataset.empty()) texts.emplace_back("Datensatz", report.preview.dataset);
    return texts;
}

NamedTexts counts_of(Counts const& counts) {
    return {{"Gelesene Zeilen", number_de(counts.rows)},
            {"Werte", number_de(counts.cells)},
            {"davon verwendbar", number_de(counts.used)},
            {"davon doppelt gleich", number_de(counts.repeated)},
            {"davon in Quarantäne", number_de(counts.set_aside)},
            {"neu", number_de(counts.added)},
            {"geändert", number_de(counts.revised)},
            {"gelöscht", number_de(counts.deleted)},
            {"unverändert", number_de(counts.unchanged)}};
}

std::string place_text(Finding const& finding) {
    if (finding.line == 0) return {};
    auto text = "Zeile " + number_de(finding.line);
    if (finding.column > 0) text += ", Spalte " + std::to_string(finding.column);
    return text;
}

std::string examples_text(Finding const& finding) {
    std::string text;
    for (auto const& example : finding.examples)
        text += (text.empty() ? "" : "; ") + one_line(place_de(example));
    return text;
}

std::string against_text(Preview const& preview) {
    return preview.against == 0 ? "Der Datensatz ist neu."
                                : "Verglichen mit Fassung " + std::to_string(preview.against) + ".";
}

std::string side_text(std::string_view side) {
    if (side.empty()) return "kein Wert";
    if (side == withheld) return "nicht gezeigt";
    if (auto const reason = missing_reason_from(side)) return std::string{feed::reason_de(*reason)};
    return value_de(side);
}

std::string one_line(std::string_view text) {
    std::string out{text};
    for (auto& c : out)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') c = ' ';
    return out;
}

} // namespace gateway::intake
