// Revisions of tables, and their text.
#include <algorithm>
#include <array>

#include "tests/simulation/source_text.hpp"

namespace simulation {
namespace {

constexpr std::array<std::string_view, 4> areas{"03151", "03153", "03154", "03155"};
constexpr int first_year = 2021, first_years = 2, last_year = 2026;

std::string key_of(std::string_view area, int year) {
    return std::string{area} + "|" + std::to_string(year) + "-12-31";
}

} // namespace

Table& Source::add(std::string code, bool is_big) {
    Table table;
    table.code = std::move(code);
    table.is_big = is_big;
    Rows rows;
    for (auto const area : areas)
        for (int year = first_year; year < first_year + first_years; ++year)
            rows[key_of(area, year)] = std::to_string(100'000 + dice_.below(50'000));
    table.revisions.push_back(std::move(rows));
    tables.push_back(std::move(table));
    return tables.back();
}

void Source::revise(Table& table) {
    auto rows = table.revisions.back();
    auto const years = static_cast<int>(rows.size() / areas.size());
    if (dice_.chance(20) && first_year + years <= last_year) {
        for (auto const area : areas)
            rows[key_of(area, first_year + years)] = std::to_string(100'000 + dice_.below(50'000));
    } else {
        auto const oldest = has_history ? first_year + years - 2 : first_year;
        auto const of = static_cast<std::uint64_t>(first_year + years - oldest);
        auto const cell =
            rows.find(key_of(areas[dice_.below(areas.size())], oldest + static_cast<int>(dice_.below(of))));
        auto const before = cell->second;
        cell->second =
            before != "." && dice_.chance(15) ? "." : std::to_string(150'000 + dice_.below(50'000));
        if (cell->second == before) cell->second = "99999";
    }
    table.revisions.push_back(std::move(rows));
}

bool Years::hold(std::string_view key) const {
    auto const year = std::stoi(std::string{key.substr(6, 4)});
    return (first == 0 || year >= first) && (last == 0 || year <= last);
}

Table* Source::find(std::string_view code) {
    auto const found =
        std::find_if(tables.begin(), tables.end(), [code](Table const& table) { return table.code == code; });
    return found == tables.end() ? nullptr : &*found;
}

std::string content_of(Rows const& rows) {
    std::string text;
    for (auto const& [key, value] : rows) text += key + "=" + value + ";";
    return text;
}

std::string flat_text(Rows const& rows, NetFault fault, Dice& dice) {
    auto const is_wider = fault == NetFault::new_column;
    std::string text =
        "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;"
        "1_variable_label;1_variable_attribute_code;1_variable_attribute_label;";
    if (is_wider)
        text += "2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;";
    text += "value;value_unit;value_variable_code;value_variable_label;value_q\n";
    std::string const block = is_wider ? "NAT;Nationalität;NATA;Ausländer;" : "";
    std::vector<std::string> lines;
    for (auto const& [key, value] : rows)
        lines.push_back("12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" + key.substr(6) +
                        ";KREISE;Kreise und kreisfreie Städte;" + key.substr(0, 5) + ";Kreis " +
                        key.substr(0, 5) + ";" + block + value + ";Anzahl;BEVSTD;Bevölkerungsstand;\n");
    if (fault == NetFault::no_rows) lines.clear();
    if (fault == NetFault::shortened) lines.resize(lines.size() / 2);
    if (fault == NetFault::twice) lines.insert(lines.end(), lines.begin(), lines.end());
    if (fault == NetFault::moved)
        for (auto i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[dice.below(i)]);
    for (auto const& line : lines) text += line;
    if (fault == NetFault::charset)
        for (auto at = text.find("\xC3\xB6"); at != std::string::npos; at = text.find("\xC3\xB6"))
            text.replace(at, 2, "\xF6");
    return text;
}

} // namespace simulation
