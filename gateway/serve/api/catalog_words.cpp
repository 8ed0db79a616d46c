#include "gateway/serve/api/catalog_words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/sdmx/structure/evas.hpp"

namespace gateway::serve::api {
namespace {

/// Themes by group of EVAS, else by its area.
std::vector<std::string_view> themes_of(std::string_view group) {
    static std::map<std::string_view, std::vector<std::string_view>> const known{
        {"1", {"SOCI"}},          {"11", {"REGI"}},         {"12", {"SOCI"}}, {"13", {"ECON", "SOCI"}},
        {"14", {"GOVE"}},         {"2", {"SOCI"}},          {"21", {"EDUC"}}, {"22", {"SOCI"}},
        {"23", {"HEAL"}},         {"24", {"JUST"}},         {"3", {"ENVI"}},  {"31", {"REGI", "SOCI"}},
        {"32", {"ENVI"}},         {"33", {"ENVI", "REGI"}}, {"4", {"ECON"}},  {"41", {"AGRI"}},
        {"43", {"ENER"}},         {"46", {"TRAN"}},         {"5", {"ECON"}},  {"6", {"ECON"}},
        {"63", {"ECON", "SOCI"}}, {"7", {"ECON", "GOVE"}},  {"8", {"ECON"}}};
    auto found = known.find(group);
    if (found == known.end()) found = known.find(group.substr(0, 1));
    // The code of the table itself for what has no theme yet.
    return found == known.end() ? std::vector<std::string_view>{"OP_DATPRO"} : found->second;
}

using FormatEntry = std::pair<std::string_view, FormatWords>;

std::vector<FormatEntry> const& format_words() {
    static std::vector<FormatEntry> const all{
        {"json",
         {{"JSON", "JSON"},
          {"Reihen mit ihren Werten und den Gründen fehlender", "Series with their figures and reasons"},
          "JSON",
          "application/json"}},
        {"csv",
         {{"CSV", "CSV"},
          {"Eine Zeile je Wert, Komma und Punkt, UTF-8", "One row per figure, comma and point, UTF-8"},
          "CSV",
          "text/csv"}},
        {"csv-de",
         {{"CSV für Excel", "CSV for Excel in German"},
          {"Eine Zeile je Wert, Semikolon und Dezimalkomma, UTF-8 mit BOM",
           "One row per figure, semicolon and decimal comma, UTF-8 with BOM"},
          "CSV",
          "text/csv"}},
        {"jsonstat",
         {{"JSON-stat", "JSON-stat"}, {"JSON-stat 2.0", "JSON-stat 2.0"}, "JSON", "application/json"}},
        {"xlsx",
         {{"Excel-Arbeitsmappe", "Excel workbook"},
          {"Arbeitsmappe mit Legende und Quellen", "Workbook with legend and sources"},
          "XLSX",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}},
        // Neither table knows Avro.
        {"avro",
         {{"Avro", "Avro"},
          {"Reihen als Avro-Datei (Object Container File)", "Series as Avro object container file"},
          "BIN",
          "application/octet-stream"}},
        {"sdmx-csv",
         {{"SDMX-CSV", "SDMX-CSV"},
          {"SDMX-CSV 2.0, eine Zeile je Wert mit allen Attributen",
           "SDMX-CSV 2.0, one row per figure with every attribute"},
          "CSV",
          "text/csv"}}};
    return all;
}

} // namespace

Subject subject_of(std::string_view evas_category) {
    static auto const scheme = sdmx::structure::evas_scheme();
    auto const dot = evas_category.rfind('.');
    auto const last = dot == std::string_view::npos ? evas_category : evas_category.substr(dot + 1);
    auto const& items = std::get<sdmx::structure::ItemScheme>(scheme.content).items;
    auto const found =
        std::find_if(items.begin(), items.end(), [last](auto const& item) { return item.id == last; });
    if (found == items.end() || last == "OTHER")
        return {{"Amtliche Statistik", "Official statistics"}, themes_of(last)};
    return {{found->name.de, found->name.en}, themes_of(last)};
}

std::string_view frequency_code(std::string_view frequency) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"A", "ANNUAL"}, {"S", "ANNUAL_2"}, {"Q", "QUARTERLY"}, {"M", "MONTHLY"}}};
    for (auto const& entry : known)
        if (entry.first == frequency) return entry.second;
    return "UNKNOWN";
}

std::string_view geocoding_level(AreaLevel level) noexcept {
    switch (level) {
    case AreaLevel::country: return "federal";
    case AreaLevel::land: return "state";
    case AreaLevel::county: return "administrativeDistrict";
    case AreaLevel::municipality: return "municipality";
    default: return {};
    }
}

FormatWords const& words_of_format(std::string_view id) {
    for (auto const& entry : format_words())
        if (entry.first == id) return entry.second;
    throw Error{Errc::not_found, "the catalogue has no words for the format '" + std::string{id} + "'"};
}

} // namespace gateway::serve::api
