#include "gateway/intake/report_german.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/intake/embargo_zone.hpp"
#include "gateway/intake/report_phrases.hpp"

namespace gateway::intake {
namespace {

constexpr std::string_view thin_space = "\xE2\x80\xAF"; // U+202F

struct Words {
    Errc code;
    std::string_view title, expected, next_step;
};

constexpr std::string_view look =
    "Zeile mit der Vorlage vergleichen, berichtigen und die Quarantänedatei erneut liefern";
constexpr std::string_view ask = "beim Betreiber des Gateways nachfragen und dabei Zeile und Text nennen";

constexpr std::array<Words, 46> words{{
    {Errc::malformed, "Nicht lesbar", "eine Zahl oder ein Zeichen in der vereinbarten Form", look},
    {Errc::short_row, "Zu wenige Felder", "so viele Felder wie im Kopf der Tabelle", look},
    {Errc::long_row, "Zu viele Felder", "so viele Felder wie im Kopf der Tabelle", look},
    {Errc::stub_row, "Zeile ohne Werte", "eine Zeile mit Werten",
     "nichts zu tun: die Zeile enthält keinen Wert"},
    {Errc::repaired_row, "Zeile berichtigt gelesen", "eine Zeile, die ohne Berichtigung lesbar ist",
     "Vorlage berichtigen, damit die nächste Lieferung ohne Hinweis bleibt"},
    {Errc::field_too_long, "Feld zu lang", "ein Feld üblicher Länge", look},
    {Errc::unknown_sign, "Unbekanntes Zeichen", "eine Zahl oder ein vereinbartes Qualitätszeichen",
     "vereinbartes Zeichen verwenden oder die Bedeutung des Zeichens mitteilen"},
    {Errc::unknown_code, "Unbekannte Ausprägung", "ein Schlüssel aus der vereinbarten Liste",
     "Schlüssel berichtigen; ist er neu, seine Bedeutung mitteilen"},
    {Errc::unknown_variable, "Unbekanntes Merkmal", "ein vereinbartes Merkmal", ask},
    {Errc::unknown_unit, "Unbekannte Einheit", "eine vereinbarte Einheit",
     "Einheit berichtigen oder ihre Bedeutung mitteilen"},
    {Errc::unknown_time, "Unbekannte Zeitangabe", "ein Jahr oder ein Stichtag in der vereinbarten Form",
     look},
    {Errc::unknown_area, "Gebiet nicht vereinbart", "ein Gebiet des eigenen Landes",
     "diese Zeilen weglassen oder die Vereinbarung ändern lassen"},
    {Errc::label_mismatch, "Name und Schlüssel passen nicht", "der Name, der zu dem Schlüssel gehört",
     "prüfen, ob Namen und Schlüssel gegeneinander verschoben sind"},
    {Errc::wrong_decimal_mark, "Falsches Dezimalzeichen", "das Dezimalzeichen der übrigen Werte", look},
    {Errc::overflow, "Zu viele Ziffern", "höchstens 18 Ziffern", "Wert gerundet liefern"},
    {Errc::duplicate_key, "Mehrere Werte für eine Zelle", "ein Wert je Gebiet, Zeit und Ausprägung",
     "die falsche Zeile entfernen und die Quarantänedatei erneut liefern"},
    {Errc::missing_territory, "Gebiet gab es nicht", "kein Wert für ein Gebiet, das es zu der Zeit nicht gab",
     "nichts zu tun"},
    {Errc::level_not_loaded, "Ebene nicht gefüllt", "Werte auf der ganzen Ebene",
     "prüfen, ob die Ebene noch gefüllt werden soll"},
    {Errc::level_vanished, "Ebene fehlt", "die Ebenen der letzten Lieferung",
     "prüfen, ob die Ebene vergessen wurde"},
    {Errc::shifted_labels, "Verschobene Zeilen", "jeder Wert in der Zeile und Spalte seines Schlüssels",
     "Zeilen in der Vorlage zurechtrücken und erneut liefern"},
    {Errc::lost_zeros, "Führende Nullen fehlen", "vollständige Schlüssel",
     "Schlüssel als Text statt als Zahl ausgeben"},
    {Errc::ambiguous_number, "Zahl mehrdeutig", "Zahlen, deren Dezimalzeichen feststeht",
     "Dezimal- und Tausenderzeichen vereinbaren"},
    {Errc::out_of_range, "Wert außerhalb des Möglichen", "ein Wert, den die Einheit zulässt",
     "Einheit und Spalte der Zeile prüfen"},
    {Errc::part_exceeds_whole, "Teil größer als das Ganze", "höchstens die Summe",
     "prüfen, ob Zeilen verschoben sind"},
    {Errc::exceeds_population, "Mehr Personen als Einwohner", "höchstens die Einwohnerzahl",
     "Einheit (Tausend?) und Schlüssel der Zeile prüfen"},
    {Errc::total_mismatch, "Summe weicht von ihren Teilen ab", "die Summe der Teile",
     "Summe und Teile vergleichen; feststellen, welche Zeile falsch ist"},
    {Errc::outside_validity, "Wert für ein Gebiet außerhalb seiner Gültigkeit",
     "kein Wert vor oder nach dem Bestehen des Gebiets",
     "mitteilen, ob auf den neuen Gebietsstand umgerechnet wurde"},
    {Errc::sudden_change, "Auffällige Änderung", "ein Wert in der Größenordnung der Nachbarwerte",
     "Einheit und Schlüssel prüfen; ist der Wert richtig, ihn mit einer Begründung freigeben"},
    {Errc::incomplete, "Unvollständig", "alles, was vereinbart ist", "fehlende Zeilen nachliefern"},
    {Errc::personal_data, "Angaben zu Personen", "Ergebnisse: Anzahlen nach Gebiet und Zeit",
     "Datei löschen und nur Ergebnisse liefern; die Datei wurde nicht aufbewahrt"},
    {Errc::unsupported_format, "Format wird nicht gelesen", "das vereinbarte Format",
     "in dem vereinbarten Format speichern und erneut liefern"},
    {Errc::empty_cell, "Leere Zelle", "eine Zahl oder ein Qualitätszeichen",
     "Zeichen eintragen, das den Grund nennt"},
    {Errc::empty_document, "Keine Zeilen", "Zeilen mit Werten",
     "prüfen, ob die richtige Datei geliefert wurde"},
    {Errc::structure_changed, "Aufbau weicht ab", "der vereinbarte Aufbau der Tabelle",
     "Tabelle wie vereinbart ausgeben oder die Änderung ankündigen"},
    {Errc::truncated, "Datei unvollständig", "die ganze Datei", "Datei erneut hochladen"},
    {Errc::checksum, "Prüfsumme falsch", "die Prüfsumme der Datei", "Datei erneut hochladen"},
    {Errc::too_large, "Zu groß", "eine Datei in den vereinbarten Grenzen",
     "Lieferung teilen oder die Grenze ändern lassen"},
    {Errc::wrong_charset, "Falscher Zeichensatz", "der vereinbarte Zeichensatz",
     "Datei als UTF-8 speichern und erneut liefern"},
    {Errc::not_a_table, "Keine Tabelle", "eine Tabelle im vereinbarten Format",
     "prüfen, ob die richtige Datei geliefert wurde"},
    {Errc::source_unavailable, "Quelle nicht erreichbar", "eine Antwort", "später wiederholen"},
    {Errc::source_refused, "Quelle verweigert", "eine Erlaubnis", ask},
    {Errc::not_found, "Nicht gefunden", "das Genannte", ask},
    {Errc::invalid_argument, "Angabe ungültig", "eine gültige Angabe", ask},
    {Errc::io, "Fehler des Rechners", "ein lesbarer Datenträger", "später wiederholen"},
    {Errc::corrupt_store, "Speicher beschädigt", "ein unversehrter Speicher", ask},
    {Errc::conflict, "Gleichzeitige Änderung", "ein freier Speicher", "später wiederholen"},
}};

Words const& words_of(Errc code) noexcept {
    auto const found =
        std::find_if(words.begin(), words.end(), [code](Words const& each) { return each.code == code; });
    return found == words.end() ? words.front() : *found;
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::string grouped(std::string_view digits) {
    constexpr std::size_t group = 3;
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % group == 0 && digits.size() > group + 1) out += thin_space;
        out += digits[i];
    }
    return out;
}

} // namespace

std::string_view title_of(Errc code) noexcept {
    return words_of(code).title;
}
std::string_view expected_of(Errc code) noexcept {
    return words_of(code).expected;
}
std::string_view next_step_of(Errc code) noexcept {
    return words_of(code).next_step;
}

std::string_view verdict_de(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::sound: return "in Ordnung";
    case Verdict::partly: return "teilweise in Ordnung: einige Zeilen stehen in Quarantäne";
    case Verdict::needs_reason: return "in Ordnung, braucht aber eine Begründung";
    case Verdict::held: return "angehalten: eine Person muss entscheiden";
    case Verdict::unusable: return "nicht verwendbar";
    }
    return "nicht verwendbar";
}

std::string_view severity_de(Severity severity) noexcept {
    switch (severity) {
    case Severity::info: return "Hinweis";
    case Severity::warning: return "Warnung";
    case Severity::error: return "Fehler";
    }
    return "Fehler";
}

std::string number_de(std::uint64_t number) {
    return grouped(std::to_string(number));
}

std::string value_de(std::string_view text) {
    std::string_view rest = text;
    std::string sign;
    if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
        sign = rest.front() == '-' ? "\xE2\x88\x92" : "+";
        rest.remove_prefix(1);
    }
    auto const whole = rest.substr(
        0, static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin()));
    if (whole.empty()) return std::string{text};
    rest.remove_prefix(whole.size());
    if (rest.empty()) return sign + grouped(whole);
    if (rest.front() != '.')
        return rest.front() == ' ' ? sign + grouped(whole) + std::string{rest} : std::string{text};
    auto const places = rest.substr(
        1, static_cast<std::size_t>(std::find_if_not(rest.begin() + 1, rest.end(), is_digit) - rest.begin()) -
               1);
    rest.remove_prefix(1 + places.size());
    if (places.empty() || (!rest.empty() && rest.front() != ' ')) return std::string{text};
    return sign + grouped(whole) + "," + std::string{places} +
           (rest.empty() ? "" : "\xC2\xA0" + std::string{rest.substr(1)});
}

std::string place_de(std::string_view place) {
    std::string out{place};
    auto const change = [&out](std::string_view from, std::string_view to) {
        for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size()))
            out.replace(at, from.size(), to);
    };
    if (out.starts_with("lines ")) {
        change("lines ", "Zeilen ");
        change("-", "–");
    }
    change("line ", "Zeile ");
    change(", column ", ", Spalte ");
    return out;
}

std::string reader_text_de(Errc code, std::string const& text) {
    auto german = translated(text);
    if (is_german(german)) return german;
    return std::string{title_of(code)} + "; die Meldung auf Englisch: „" + text + "“";
}

std::string time_de(UnixTime time, std::string const& zone) {
    UnixTime ahead = 0;
    char const* behind = " Uhr";
    try {
        ahead = TimeZone::load(zone).offset_at(time);
    } catch (Error const&) {
        behind = " Uhr UTC";
    }
    auto const text = utc_text(time + ahead); // 2026-11-26T14:05:00Z
    return text.substr(8, 2) + "." + text.substr(5, 2) + "." + text.substr(0, 4) + ", " + text.substr(11, 5) +
           behind;
}

std::string cut_text(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string{text};
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return std::string{text.substr(0, bytes)} + "…";
}

} // namespace gateway::intake
