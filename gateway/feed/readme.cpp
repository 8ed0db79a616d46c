// LIESMICH.txt (declared in package.hpp).
#include <algorithm>
#include <string>

#include "gateway/feed/german.hpp"
#include "gateway/feed/package.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::feed {
namespace {

class Text {
  public:
    Text() : out_("\xEF\xBB\xBF") {}
    void line(std::string_view words = {}) { out_.append(words).append("\r\n"); }
    void heading(std::string_view words) {
        line();
        line(words);
        std::size_t width = 0;
        for (char const c : words)
            if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++width;
        line(std::string(width, '-'));
    }
    std::string take() && { return std::move(out_); }

  private:
    std::string out_;
};

/// 1234567 -> "1.234.567".
std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > 0; i -= 3)
        text.insert(static_cast<std::size_t>(i), 1, '.');
    return text;
}

std::string padded(std::string_view text, std::size_t width) {
    std::size_t length = 0;
    for (char const c : text)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++length;
    return std::string{text} + std::string(length < width ? width - length : 1, ' ');
}

std::string first_file(PackageInfo const& info, std::string_view format) {
    for (auto const& file : info.files)
        if (file.format == format) return file.name;
    return {};
}

void write_files(Text& text, PackageInfo const& info) {
    text.heading("Was liegt in diesem Ordner?");
    for (auto const& file : info.files) {
        text.line(padded(file.name, 34) +
                  (file.about.empty() ? std::string{find_format(file.format).about} : file.about));
        text.line(padded("", 34) + grouped(file.bytes) + " Bytes, SHA-256 " + file.sha256);
    }
    text.line(padded("datapackage.json", 34) +
              "Beschreibung aller Dateien für Programme (Frictionless Data Package).");
    text.line(padded("LIESMICH.txt", 34) + "dieser Text.");
}

void write_sources(Text& text, PackageInfo const& info) {
    text.heading("Quellen und Lizenzen");
    text.line("Bei jeder Veröffentlichung sind die Quelle, die Lizenz und der Datensatz zu nennen, zum "
              "Beispiel so:");
    for (auto const* dataset : info.datasets) {
        auto const licence = licence_of(dataset->info.licence);
        text.line();
        text.line("  " + std::string{credit_of(dataset->info)} + ", Tabelle " + dataset->info.table + ";");
        text.line("  " + std::string{licence.title} +
                  (licence.url.empty() ? "" : ", " + std::string{licence.url}));
        text.line("  Titel: " + dataset->info.title);
        for (auto const& [number, vintage] : dataset->vintages)
            text.line(
                "  Stand " + std::to_string(number) + ": abgerufen am " + day_de(vintage.received) +
                (vintage.published ? ", veröffentlicht am " + day_de(*vintage.published) : std::string{}));
        auto const superseded = count_of(info.superseded_of, dataset->info.id);
        if (superseded > 0 && count_of(info.counts.of_dataset, dataset->info.id) == 0) {
            text.line("  Derzeit ohne Angaben für dieses Gebiet: Die Quelle hat alle früheren Angaben (" +
                      grouped(superseded) + ") zurückgezogen;");
            text.line(
                "  sie stehen nur noch in revisionen.csv, und die Datei des Datensatzes hat keine Zeile.");
        }
    }
    text.line();
    text.line(
        "Veränderung: Die Zahlen wurden in ein einheitliches Format gebracht. Kein Wert wurde gerundet,");
    text.line(
        "geschätzt, ergänzt oder umgerechnet. Nur wo die Quelle das Zeichen '-' druckt, das Gebiet bestand");
    text.line("und seine Ebene geliefert ist, steht 0 als Wert; das Zeichen bleibt daneben stehen.");
}

void write_occurring(Text& text, PackageInfo const& info) {
    text.heading("Zeichen und Angaben, die in diesem Paket vorkommen");
    bool any = false;
    auto const entry = [&](std::string const& sign, std::string_view meaning, std::uint64_t count) {
        text.line("  " + padded(sign, 16) + std::string{meaning} + " (" + grouped(count) + " mal)");
        any = true;
    };
    for (auto const& [sign, count] : info.counts.signs) {
        auto const meaning = sign_de(sign);
        entry(sign,
              meaning.empty() ? std::string_view{"in keiner Legende erklärt; bitte bei der Quelle nachfragen"}
                              : meaning,
              count);
    }
    for (auto const& [reason, count] : info.counts.missing)
        entry(std::string{to_string(reason)}, "kein Wert: " + std::string{reason_de(reason)}, count);
    for (auto const& [status, count] : info.counts.statuses)
        if (status != ObsStatus::normal)
            entry(std::string{"Status "} + to_char(status), status_de(status), count);
    for (auto const& [protection, count] : info.counts.protections)
        entry(std::string{to_string(protection)},
              "Schutzverfahren: " + std::string{protection_de(protection)}, count);
    if (!any) text.line("  keine: Alle Zahlen sind ohne Einschränkung.");
}

void write_legend(Text& text, bool territory) {
    text.heading("Zeichen der amtlichen Statistik");
    for (auto const& entry : sign_legend())
        text.line("  " + padded(entry.sign, 6) + std::string{entry.meaning});
    text.line();
    text.line("Eine leere Zelle in der Spalte Wert ist keine Null. Warum sie leer ist, steht in der Spalte "
              "Status.");
    if (!territory)
        text.line(
            "Der Gebietsstand ist der der Quelle: Zahlen vor einer Gebietsreform gelten für das damalige "
            "Gebiet.");
}

void write_opening(Text& text, PackageInfo const& info) {
    text.heading("Öffnen");
    auto const csv = first_file(info, "csv");
    auto const xlsx = first_file(info, "xlsx");
    auto const sdmx = first_file(info, "sdmx-csv");
    if (!xlsx.empty()) {
        text.line("Excel: Doppelklick auf " + xlsx + ".");
        text.line("       Die Mappe hat die Blätter Daten, Legende und Quellen.");
        text.line("       Mit den Pfeilen in der ersten Zeile lässt sich filtern.");
    }
    if (!csv.empty()) {
        text.line("Excel: Doppelklick auf " + csv + ".");
        text.line("       Schlüssel stehen als =\"03153\" in der Datei, damit die führende Null bleibt.");
        text.line(
            "       Beim Import über \"Daten > Aus Text/CSV\": Dateiursprung UTF-8, Trennzeichen Semikolon.");
        text.line();
        text.line("R:");
        text.line("  d <- read.csv2(\"" + csv + "\", fileEncoding = \"UTF-8-BOM\", check.names = FALSE)");
        text.line(
            R"r(  d[] <- lapply(d, function(x) if (is.character(x)) sub('^="(.*)"$', '\\1', x) else x))r");
        text.line("  print(d[, c(\"Gebiet\", \"Zeitraum\", \"Wert\")])");
        text.line();
        text.line("Python (ohne weitere Pakete):");
        text.line("  import csv");
        text.line("  zeilen = list(csv.DictReader(open(\"" + csv +
                  "\", encoding=\"utf-8-sig\", newline=\"\"), delimiter=\";\"))");
        text.line(
            "  for z in zeilen: print(z[\"Gebietsschlüssel\"].strip('=\"'), z[\"Zeitraum\"], z[\"Wert\"])");
    } else if (!sdmx.empty()) {
        text.line("R:");
        text.line("  d <- read.csv(\"" + sdmx +
                  "\", colClasses = c(AREA = \"character\", OBS_VALUE = \"numeric\"))");
        text.line("  d <- d[!is.na(d$OBS_VALUE), ]");
        text.line("  print(d[, c(\"AREA\", \"TIME_PERIOD\", \"OBS_VALUE\")])");
        text.line();
        text.line("Python (ohne weitere Pakete):");
        text.line("  import csv");
        text.line("  zeilen = list(csv.DictReader(open(\"" + sdmx +
                  "\", encoding=\"utf-8\", newline=\"\")))");
        text.line("  for z in zeilen: print(z[\"AREA\"], z[\"TIME_PERIOD\"], z[\"OBS_VALUE\"])");
    }
}

void write_views(Text& text, PackageInfo const& info) {
    text.heading("So wurden die Reihen gebildet");
    for (auto const& line : info.views) text.line("- " + line);
    text.line("Die Spalten Herkunft, Hinweise und Bemerkung sagen bei jeder Zahl, wie sie entstand.");
    if (info.unused_series > 0)
        text.line(grouped(info.unused_series) + " Reihen lassen sich so nicht darstellen und fehlen hier.");
    if (info.unused_figures > 0)
        text.line(grouped(info.unused_figures) + " Angaben stehen für keinen der Zeiträume und fehlen hier.");
}

void write_breaks(Text& text, PackageInfo const& info) {
    text.heading("Brüche in den Reihen");
    text.line(
        "Werte vor und nach einem Bruch messen nicht dasselbe. Ein Unterschied zwischen ihnen ist keine");
    text.line("Entwicklung; bitte nicht ohne Hinweis vergleichen.");
    for (auto const& line : info.breaks) text.line("- " + line);
}

void write_territory(Text& text, PackageInfo const& info) {
    auto const day = date_de(*info.territory);
    text.heading("Gebietsstand " + day);
    text.line("Alle Zahlen sind auf die Gebiete vom " + day + " gebracht, auch die von vor einer");
    text.line("Gebietsreform. Das Gebietsverzeichnis kennt Änderungen bis " + info.territory_basis + ".");
    text.line("Die Spalte Herkunft sagt zu jeder Zahl, wie sie entstanden ist:");
    struct Meaning {
        Derived::Origin origin;
        std::string_view text;
    };
    constexpr std::array<Meaning, 6> meanings{
        {{Derived::Origin::observed, "wie veröffentlicht; das Gebiet ist unverändert"},
         {Derived::Origin::summed, "aus ganzen früheren Gebieten zusammengezählt, auf die Ziffer genau"},
         {Derived::Origin::estimated, "ein früheres Gebiet wurde aufgeteilt: eine Schätzung, siehe Spanne"},
         {Derived::Origin::computed, "Verhältnis, aus Zähler und Nenner neu berechnet"},
         {Derived::Origin::incomplete, "Summe ohne die fehlenden Teile: zu klein, siehe Abdeckung"},
         {Derived::Origin::none, "keine Zahl; Status und Bemerkung sagen, warum"}}};
    for (auto const& meaning : meanings) {
        auto const found = info.counts.origins.find(meaning.origin);
        if (found == info.counts.origins.end()) continue;
        text.line("  " + padded(std::string{origin_de(meaning.origin)}, 14) + grouped(found->second) +
                  "-mal: " + std::string{meaning.text});
    }
    text.line(
        "Abdeckung ist der Anteil der früheren Gebiete, die eine Zahl haben (1 = alle). Spanne von, Spanne");
    text.line(
        "bis: was die Aufteilung nach Bevölkerung und die nach Fläche ergeben. Anteile, Quoten, Mittelwerte");
    text.line(
        "und Indizes werden nie addiert oder aufgeteilt: Wo sich das Gebiet geändert hat, bleiben sie leer.");
    text.line("Grundlage nennt die amtlichen Änderungen mit Nummer und Tag und die Tabelle der Anteile.");
    if (info.absent.empty()) return;
    text.line("Nicht in diesem Paket, weil sie sich nicht auf diesen Gebietsstand bringen lassen:");
    for (auto const& [reason, series] : info.absent)
        text.line("  " + grouped(series) + (series == 1 ? " Reihe: " : " Reihen: ") + reason);
    text.line("Ohne --territory kommen sie, wie veröffentlicht.");
}

} // namespace

std::string readme_de(PackageInfo const& info) {
    Text text;
    text.line("Amtliche Statistik für " + info.area_name + " (Schlüssel " + info.area_key + ")");
    text.line("Stand: " + day_de(info.as_of));
    if (info.is_past)
        text.line("Gezeigt wird, was an diesem Tag bekannt war; spätere Berichtigungen stehen nicht darin.");
    text.line();
    text.line(grouped(info.counts.series) + " Reihen mit " + grouped(info.counts.observations()) +
              " Angaben: " + grouped(info.counts.values) + " Zahlen, " +
              grouped(info.counts.observations() - info.counts.values) + " ohne Zahl (mit Grund).");
    text.line("Jede Zeile ist eine Angabe: Gebiet, Merkmal, Zeitraum, Wert und was die Quelle dazu sagt.");
    text.line(
        "Die Kennung in der letzten Spalte führt zurück zur Datei der Quelle: kreislauf explain KENNUNG");
    if (info.superseded > 0) {
        text.line(
            grouped(info.superseded) +
            " frühere Angaben wurden von den Ämtern berichtigt oder zurückgezogen; sie stehen, mit dem Tag");
        text.line("ihres Abrufs, in revisionen.csv und nirgends sonst.");
    }
    if (info.territory) write_territory(text, info);
    if (!info.views.empty()) write_views(text, info);
    if (!info.breaks.empty()) write_breaks(text, info);
    write_files(text, info);
    write_sources(text, info);
    write_occurring(text, info);
    write_legend(text, info.territory.has_value());
    write_opening(text, info);
    text.heading("Prüfen und wiederholen");
    text.line("Prüfsumme unter Windows (PowerShell): Get-FileHash DATEI    unter Linux: sha256sum DATEI");
    text.line("Dieses Paket entstand mit dem Befehl:");
    text.line("  " + info.command);
    text.line("Derselbe Befehl liefert aus demselben Bestand dieselben Bytes.");
    return std::move(text).take();
}

} // namespace gateway::feed
