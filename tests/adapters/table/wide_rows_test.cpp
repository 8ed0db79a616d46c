// Wide tables are read a row at once where that is possible: cell by cell it must be what each column alone gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/adapters/csv/support.hpp"

namespace {

using gateway::LayoutRow;
using gateway::Place;
using table_test::column;
using table_test::read;
using table_test::simple_layout;

constexpr int first_year = 2010;

gateway::Layout wide_layout(std::string const& years, bool with_units) {
    auto layout = simple_layout();
    layout.time = {};
    layout.time.from = Place::From::header;
    layout.time.number = 1;
    layout.values[0].headers = {years};
    if (with_units)
        layout.unit = column("Einheit");
    else
        layout.ignored = {"Einheit"};
    return layout;
}

std::string figure(std::mt19937& random) {
    auto const number = random() % 2'000'000;
    switch (random() % 40) {
    case 0: return ".";
    case 1: return "";
    case 2: return "x";
    case 3: return "1.234.567";
    case 4: return "unsinn";
    case 5: return "-" + std::to_string(number % 50);
    case 6: return std::to_string(number) + ",5";
    case 7: return "0,1234567";
    case 8: return "12,3,4";
    case 9: return std::to_string(number) + "000000000000";
    case 10: return "\"" + std::to_string(number % 100) + "\"";
    case 11: return "\"a\"\"b\"";
    case 12:
    case 13:
    case 14: return std::to_string(number);
    default: return std::to_string(number % 100);
    }
}

/// "line time ... = value" without the column, which is another where a column stands alone; in order.
std::vector<std::string> without_columns(table_test::Record const& record) {
    std::vector<std::string> lines;
    for (auto const& line : record.lines) {
        auto const colon = line.find(':');
        lines.push_back(line.substr(0, colon) + line.substr(line.find(' ', colon)));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

void compare(unsigned seed, int years, bool with_units) {
    std::mt19937 random{seed};
    std::string header = "Geschlecht;Einheit";
    for (int year = 0; year < years; ++year) header += ";" + std::to_string(first_year + year);
    std::vector<std::vector<std::string>> rows;
    for (int row = 0; row < 200; ++row) {
        auto& fields = rows.emplace_back();
        fields.push_back(random() % 2 == 0 ? "männlich" : "weiblich");
        fields.push_back(row < 100 || random() % 2 == 0 ? "Anzahl" : "Prozent");
        for (int year = 0; year < years; ++year)
            fields.push_back(row % 3 == 0 ? std::to_string(random() % 100) : figure(random));
    }
    auto const text_of = [&](int only) {
        auto text = only < 0 ? header : "Geschlecht;Einheit;" + std::to_string(first_year + only);
        for (auto const& fields : rows) {
            text += "\n" + fields[0] + ";" + fields[1];
            for (int year = 0; year < years; ++year)
                if (only < 0 || only == year) text += ";" + fields[static_cast<std::size_t>(year) + 2];
        }
        return text + "\n";
    };
    auto const together = without_columns(read(text_of(-1), wide_layout("20*", with_units)));
    std::vector<std::string> apart;
    for (int year = 0; year < years; ++year)
        for (auto& line : without_columns(read(text_of(year), wide_layout("20*", with_units))))
            apart.push_back(std::move(line));
    std::sort(apart.begin(), apart.end());
    ASSERT_GT(together.size(), 200U);
    EXPECT_EQ(together, apart) << "seed " << seed;
}

TEST(WideRows, GiveWhatEachColumnAloneGives) {
    for (unsigned seed = 1; seed <= 30; ++seed) compare(seed, 4 + static_cast<int>(seed % 9), seed % 2 == 0);
}

TEST(WideRows, TakeTheUnitsOfAUnitRowThatComesLater) {
    auto layout = wide_layout("20*", false);
    layout.unit = {};
    layout.rows.push_back({LayoutRow::Kind::unit, {"Einheit:"}, 0, {}});
    std::string text = "Geschlecht;2020;2021;2022;2023\nEinheit:;Anzahl;Anzahl;Anzahl;Anzahl\n";
    for (int row = 0; row < 40; ++row) text += "männlich;1;2;3;4\n";
    text += "Einheit:;Prozent;Prozent;Anzahl;Anzahl\n";
    for (int row = 0; row < 40; ++row) text += "weiblich;5;6;7;8\n";
    auto const got = read(text, layout);
    ASSERT_EQ(got.lines.size(), 320U);
    EXPECT_EQ(got.lines[159], "42:5 2023 BEV [Anzahl] GES=männlich = 4");
    EXPECT_EQ(got.lines[160], "44:2 2020 BEV [Prozent] GES=weiblich = 5");
    EXPECT_EQ(got.lines[319], "83:5 2023 BEV [Anzahl] GES=weiblich = 8");
}

} // namespace
