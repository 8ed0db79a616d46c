#include "gateway/feed/german.hpp"

#include <array>
#include <utility>

namespace gateway::feed {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, 12> months{"Januar",    "Februar", "März",     "April",
                                                  "Mai",       "Juni",    "Juli",     "August",
                                                  "September", "Oktober", "November", "Dezember"};

constexpr std::array<Entry, 12> units{{{"NR", "Anzahl"},
                                       {"PS", "Personen"},
                                       {"PT", "Prozent"},
                                       {"PM", "Promille"},
                                       {"PP", "Prozentpunkte"},
                                       {"EUR", "Euro"},
                                       {"T", "Tonnen"},
                                       {"KG", "Kilogramm"},
                                       {"M2", "Quadratmeter"},
                                       {"HA", "Hektar"},
                                       {"KM2", "Quadratkilometer"},
                                       {"H", "Stunden"}}};

constexpr std::array<Entry, 26> dimensions{{{"MEASURE", "Merkmal"},
                                            {"UNIT", "Einheit"},
                                            {"SEX", "Geschlecht"},
                                            {"AGE", "Alter"},
                                            {"CITIZENSHIP", "Staatsangehörigkeit"},
                                            {"MIG_CONCEPT", "Migrationskonzept"},
                                            {"MIG_STATUS", "Migrationsstatus"},
                                            {"MARITAL", "Familienstand"},
                                            {"PROT_STATUS", "Schutzstatus"},
                                            {"LABOUR_STATUS", "Erwerbsstatus"},
                                            {"ECON_ACTIVITY", "Wirtschaftszweig"},
                                            {"HH_SIZE", "Haushaltsgröße"},
                                            {"LIVING_FORM", "Lebensform"},
                                            {"SUBJECT_GROUP", "Fächergruppe"},
                                            {"ORIGIN_LAND", "Land des Erwerbs der Hochschulreife"},
                                            {"BUILDING_KIND", "Gebäudeart"},
                                            {"BUILDING_TYPE", "Gebäudetyp"},
                                            {"DWELLING_AREA", "Fläche der Wohnung"},
                                            {"DWELLING_EQUIP", "Ausstattung der Wohnung"},
                                            {"DWELLING_USE", "Nutzung der Wohnung"},
                                            {"VACANCY", "Leerstand"},
                                            {"PROCEDURE", "Verfahren"},
                                            {"WASTE", "Abfallart"},
                                            {"PRICE_BASIS", "Preisbasis"},
                                            {"ALLOWANCE", "Elterngeld"},
                                            {"BASE", "Fortschreibungsbasis"}}};

constexpr std::array<Licence, 4> licences{
    {{"dl-de/by-2-0", "Datenlizenz Deutschland - Namensnennung - Version 2.0",
      "https://www.govdata.de/dl-de/by-2-0"},
     {"dl-de/zero-2-0", "Datenlizenz Deutschland - Zero - Version 2.0",
      "https://www.govdata.de/dl-de/zero-2-0"},
     {"CC-BY-4.0", "Creative Commons Namensnennung 4.0 International",
      "https://creativecommons.org/licenses/by/4.0/"},
     {"CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"}}};

constexpr std::array<Entry, 7> shared_codes{{{"_T", "insgesamt"},
                                             {"_U", "unbekannt"},
                                             {"_O", "sonstige"},
                                             {"_Z", "entfällt"},
                                             {"_N", "ohne Angabe"},
                                             {"_X", "nicht zugeordnet"},
                                             {"_S", "Teilgebiet"}}};
constexpr std::array<Entry, 3> sexes{{{"M", "männlich"}, {"F", "weiblich"}, {"X", "divers"}}};

constexpr std::array<SignText, 17> signs{
    {{"-",
      "nichts vorhanden: genau null, sofern das Gebiet bestand und die Ebene geliefert ist; sonst kein Wert"},
     {"–", "wie '-'"},
     {"0", "mehr als nichts, aber weniger als die Hälfte der kleinsten angegebenen Einheit"},
     {".", "Zahlenwert unbekannt oder geheim zu halten: kein Wert"},
     {"...", "Angabe fällt später an: kein Wert"},
     {"/", "keine Angabe, da Zahlenwert nicht sicher genug: kein Wert"},
     {"x", "Tabellenfach gesperrt, da Aussage nicht sinnvoll: kein Wert"},
     {"X", "wie 'x'"},
     {"()", "Aussagewert eingeschränkt, da der Zahlenwert statistisch relativ unsicher ist"},
     {"*", "unterliegt der statistischen Geheimhaltung: kein Wert"},
     {"p", "vorläufige Zahl"},
     {"r", "berichtigte Zahl"},
     {"s", "geschätzte Zahl"},
     {"e", "endgültige Zahl"},
     {"b", "Bruch in der Zeitreihe"},
     {"|", "grundsätzliche Änderung innerhalb der Reihe, zeitlicher Vergleich beeinträchtigt"},
     {"u", "Aussagewert eingeschränkt"}}};

template <std::size_t N>
std::string_view look_up(std::array<Entry, N> const& table, std::string_view key) noexcept {
    for (auto const& [name, text] : table)
        if (name == key) return text;
    return {};
}

std::string year_pair(int year) {
    auto const next = std::to_string((year + 1) % 100);
    return std::to_string(year) + "/" + (next.size() < 2 ? "0" + next : next);
}

} // namespace

std::string date_de(std::int32_t day) {
    auto const iso = date_text(day);
    return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4);
}

std::string day_de(UnixTime time) {
    constexpr UnixTime day = 86'400;
    return date_de(static_cast<std::int32_t>(time >= 0 ? time / day : (time - (day - 1)) / day));
}

std::string period_de(TimePeriod const& period) {
    auto year = std::to_string(period.start_year()); // not const: it moves out
    auto const sdmx = period.to_sdmx();
    switch (period.kind()) {
    case TimePeriod::Kind::date: return date_de(period.start_day());
    case TimePeriod::Kind::year: return year;
    case TimePeriod::Kind::half_year: return sdmx.substr(6) + ". Halbjahr " + year;
    case TimePeriod::Kind::quarter: return sdmx.substr(6) + ". Quartal " + year;
    case TimePeriod::Kind::month: {
        int const index = (sdmx[5] - '0') * 10 + (sdmx[6] - '1');
        return std::string{months.at(static_cast<std::size_t>(index))} + " " + year;
    }
    case TimePeriod::Kind::school_year: return "Schuljahr " + year_pair(period.start_year());
    case TimePeriod::Kind::term:
        return sdmx.substr(5, 2) == "10" ? "WS " + year_pair(period.start_year()) : "SS " + year;
    case TimePeriod::Kind::interval: break;
    }
    return date_de(period.start_day()) + " bis " + date_de(period.end_day() - 1);
}

std::string_view level_de(AreaLevel level) noexcept {
    switch (level) {
    case AreaLevel::country: return "Bund";
    case AreaLevel::land: return "Land";
    case AreaLevel::region: return "Regierungsbezirk oder Statistische Region";
    case AreaLevel::county: return "Kreis oder kreisfreie Stadt";
    case AreaLevel::association: return "Gemeindeverband";
    case AreaLevel::municipality: return "Gemeinde";
    case AreaLevel::subunit: return "Teil eines Kreises (nie mitsummieren)";
    case AreaLevel::authority: return "Behördenbezirk";
    case AreaLevel::other: break;
    }
    return "sonstiges Gebiet";
}

std::string_view status_de(ObsStatus status) noexcept {
    switch (status) {
    case ObsStatus::normal: return "Wert ohne Einschränkung";
    case ObsStatus::series_break: return "Bruch in der Zeitreihe";
    case ObsStatus::definition_differs: return "abweichende Definition";
    case ObsStatus::estimated: return "geschätzt";
    case ObsStatus::cannot_exist: return "kann nicht vorkommen";
    case ObsStatus::not_significant: return "weniger als die Hälfte der kleinsten Einheit";
    case ObsStatus::missing: return "fehlt";
    case ObsStatus::provisional: return "vorläufig";
    case ObsStatus::suppressed: return "unterdrückt";
    case ObsStatus::low_reliability: break;
    }
    return "eingeschränkt aussagekräftig";
}

std::string_view confidentiality_de(ConfStatus status) noexcept {
    switch (status) {
    case ConfStatus::free: return "frei";
    case ConfStatus::confidential: return "geheim";
    case ConfStatus::primary: return "primär gesperrt (kleine Fallzahl)";
    case ConfStatus::secondary_sender: return "sekundär gesperrt durch die Quelle";
    case ConfStatus::secondary_receiver: return "sekundär gesperrt durch den Empfänger";
    case ConfStatus::not_for_publication: break;
    }
    return "nicht zur Veröffentlichung";
}

std::string_view protection_de(Protection protection) noexcept {
    switch (protection) {
    case Protection::none: return "keines";
    case Protection::r3: return "auf Vielfache von 3 gerundet";
    case Protection::r5: return "auf Vielfache von 5 gerundet";
    case Protection::r10: return "auf Vielfache von 10 gerundet";
    case Protection::ckm: return "Cell-Key-Methode (leicht verändert)";
    case Protection::safe: return "SAFE (Einzelangaben verändert)";
    case Protection::suppressed: return "Zellsperrung";
    case Protection::sample: break;
    }
    return "Stichprobe";
}

std::string_view reason_de(MissingReason reason) noexcept {
    switch (reason) {
    case MissingReason::confidential: return "geheim zu halten";
    case MissingReason::unreliable: return "nicht sicher genug";
    case MissingReason::pending: return "liegt noch nicht vor";
    case MissingReason::not_applicable: return "Aussage nicht sinnvoll";
    case MissingReason::no_territory: return "Gebiet bestand nicht";
    case MissingReason::not_loaded: return "von der Quelle nicht gefüllt";
    case MissingReason::unknown: break;
    }
    return "unbekannt";
}

std::string_view meaning_de(Observation const& observation) noexcept {
    if (auto const reason = observation.value.reason()) return reason_de(*reason);
    auto const sign = observation.quality.sign.text();
    if (observation.quality.status == ObsStatus::normal) {
        if (sign == "r") return "berichtigt";
        if (sign == "e") return "endgültig";
        if (sign == "-" || sign == "–") return "genau null";
    }
    return status_de(observation.quality.status);
}

std::string unit_de(std::string_view unit) {
    constexpr std::string_view index = "IX_";
    if (unit.size() == 7 && unit.substr(0, index.size()) == index)
        return "Index, " + std::string{unit.substr(index.size())} + " = 100";
    return std::string{look_up(units, unit)};
}

Licence licence_of(std::string_view id) noexcept {
    for (auto const& licence : licences)
        if (licence.id == id) return licence;
    return {id, id, {}};
}

std::string_view dimension_de(std::string_view dimension) noexcept {
    auto const name = look_up(dimensions, dimension);
    return name.empty() ? dimension : name;
}

std::string_view code_de(std::string_view dimension, std::string_view code) noexcept {
    if (dimension == "SEX")
        if (auto const name = look_up(sexes, code); !name.empty()) return name;
    return look_up(shared_codes, code);
}

std::span<SignText const> sign_legend() noexcept {
    return signs;
}

std::string_view sign_de(std::string_view sign) noexcept {
    for (auto const& entry : signs)
        if (entry.sign == sign) return entry.meaning;
    return {};
}

} // namespace gateway::feed
