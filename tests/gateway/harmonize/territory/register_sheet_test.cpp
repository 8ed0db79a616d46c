// Sheets of workbooks: titles found by what they say, each row with one fate.
#include <gmock/gmock.h>

#include <deque>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/sheet.hpp"
#include "gateway/harmonize/territory/sheet_text.hpp"
#include "register_test_tools.hpp"

namespace gateway::harmonize::territory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Rows of texts; "" is no cell, "#12" the number 12.
SheetTable read(std::string const& sheet, std::vector<std::vector<std::string>> const& rows,
                bool epoch_1904 = false) {
    SheetReader reader{"w.xlsx", sheet, epoch_1904};
    std::uint64_t number = 0;
    for (auto const& row : rows) {
        std::vector<SheetField> fields;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i].empty()) continue;
            bool const digits = row[i].front() == '#';
            SheetField field;
            field.text = std::string_view{row[i]}.substr(digits ? 1 : 0);
            field.column = static_cast<std::uint32_t>(i + 1);
            field.kind = digits ? SheetField::Kind::number : SheetField::Kind::text;
            fields.push_back(field);
        }
        reader.add({++number, fields});
    }
    return reader.finish();
}

std::uint64_t fates(SheetTable const& table) {
    return table.used + table.header + table.notes + table.other_level + table.set_aside;
}

std::vector<std::vector<std::string>> const crosswalk{
    {"Umsteigeschlüssel für Kreise"},
    {"Kreise 31.12.2015", "Kreisname 2015", "bevölkerungs- proportionaler Umsteige-schlüssel",
     "Kreise 31.12.2020", "Kreisname 2020"},
    {"#3152000", "Göttingen", "#1", "#3159000", "Göttingen"},
    {"#3156000", "Osterode am Harz", "#1", "#3159000", "Göttingen"},
    {"Quelle: BBSR"}};

TEST(TerritorySheet, FoldsTitlesToWhatTheySay) {
    EXPECT_EQ(fold_title("Fläche in km²"), "flaecheinkm2");
    EXPECT_EQ(fold_title("BEVÖLKERUNGS- proportionaler\nUmsteige-schlüssel"),
              "bevoelkerungsproportionalerumsteigeschluessel");
}

TEST(TerritorySheet, FindsYearsAndDaysInNames) {
    EXPECT_THAT(years_in_name("1990"), ElementsAre(1990));
    EXPECT_THAT(years_in_name("2016-2018"), ElementsAre(2016, 2017, 2018));
    EXPECT_THAT(years_in_name("2014-15"), ElementsAre(2014, 2015));
    EXPECT_THAT(years_in_name("1999-00"), ElementsAre(1999, 2000));
    EXPECT_THAT(years_in_name("Tabelle1"), IsEmpty());
    EXPECT_EQ(date_text(day_in_text("am 31.12.2023 (4. Quartal)").value()), "2023-12-31");
    EXPECT_EQ(date_text(day_in_text("Onlineprodukt_Gemeinden31122023").value()), "2023-12-31");
    EXPECT_EQ(day_in_text("31.02.2023"), std::nullopt);
    EXPECT_EQ(day_in_text("12345678901"), std::nullopt);
}

TEST(TerritorySheet, ReadsACrosswalkAndCountsEveryRow) {
    auto const table = read("2015", crosswalk);
    EXPECT_EQ(table.kind, ImportKind::crosswalk);
    EXPECT_THAT(table.years, ElementsAre(2015));
    EXPECT_EQ(table.target, 2020);
    EXPECT_EQ(table.csv, "03152000,Göttingen,03159000,Göttingen,1,,,,,\n03156000,Osterode am "
                         "Harz,03159000,Göttingen,1,,,,,\n");
    EXPECT_EQ(table.rows, 5U);
    EXPECT_EQ(fates(table), table.rows);
    auto const tables = tables_of("w.xlsx", {table}, shipped());
    ASSERT_EQ(tables.size(), 1U);
    EXPECT_EQ(tables[0].name, "w.xlsx, to 2020");
    EXPECT_EQ(tables[0].csv,
              "year,year_to,ags_old,name_old,ags_new,name_new,w_pop,w_area,w_emp,pop_1000,area_km2,emp_1000\n"
              "2015,2020,03152,Göttingen,03159,Göttingen,1,,,,,\n"
              "2015,2020,03156,Osterode am Harz,03159,Göttingen,1,,,,,\n");
}

TEST(TerritorySheet, DoesNotCutKeysOfMunicipalitiesThatEndInZeros) {
    auto rows = crosswalk;
    rows[3] = {"03156004", "Herzberg", "#1", "03159016", "Göttingen, Stadt"};
    auto const tables = tables_of("w.xlsx", {read("2015", rows)}, shipped());
    EXPECT_THAT(tables[0].csv, testing::HasSubstr("\n2015,2020,03152000,"));
}

TEST(TerritorySheet, CountsFromTheEpochOfTheWorkbook) {
    std::vector<std::vector<std::string>> const rows{
        {"Lfd. Nr.", "AGS alt", "Name alt", "Art der Änderung", "AGS neu", "Name neu", "Datum juristisch",
         "Datum statistisch"},
        {"1", "16063094", "A", "3", "16066095", "B", "#43466", "#43466"}};
    EXPECT_THAT(read("2019", rows).csv, testing::EndsWith(",2019-01-01,2019-01-01\n"));
    EXPECT_THAT(read("2019", rows, true).csv, testing::EndsWith(",2023-01-02,2023-01-02\n"));
}

TEST(TerritorySheet, LeavesOutAreasWithoutAUnit) {
    std::vector<std::vector<std::string>> const rows{
        {"AGS alt", "AGS neu", "Art der Änderung", "Fläche", "Datum juristisch"},
        {"16063094", "16066095", "1", "#12", "01.01.2019"}};
    auto const table = read("2019", rows);
    EXPECT_EQ(table.csv, "2019:2,16063094,,1,,,16066095,,2019-01-01,2019-01-01\n");
    ASSERT_EQ(table.findings.size(), 1U);
    EXPECT_THAT(table.findings[0].text, testing::HasSubstr("names no unit"));
}

TEST(TerritorySheet, SaysWhyASheetIsNone) {
    auto const table = read("Impressum", {{"Herausgeber"}, {"BBSR"}});
    EXPECT_EQ(table.kind, std::nullopt);
    EXPECT_THAT(table.why_not, testing::HasSubstr("no header"));
    EXPECT_EQ(fates(table), table.rows);
    EXPECT_THROW(tables_of("w.xlsx", {table}, shipped()), Error);
}

TEST(TerritorySheet, GivesEveryRowOneFateWhateverStandsInIt) {
    for (unsigned seed = 1; seed < 500; ++seed) {
        auto rows = crosswalk;
        auto state = seed;
        auto const next = [&state](unsigned limit) {
            state = state * 1664525U + 1013904223U;
            return (state >> 16U) % limit;
        };
        static std::vector<std::string> const texts{"",   "#1",         "x",    "03152",        "#7",
                                                    "1)", "31.12.2020", "#0.5", "031520012012", "-"};
        for (unsigned more = 0; more < 20; ++more) {
            std::vector<std::string> row;
            for (unsigned column = 0; column < 6; ++column) row.push_back(texts[next(10)]);
            rows.insert(rows.begin() +
                            static_cast<std::ptrdiff_t>(next(static_cast<unsigned>(rows.size()) + 1)),
                        row);
        }
        auto const table = read("2015", rows);
        ASSERT_EQ(fates(table), table.rows) << seed;
    }
}

} // namespace
} // namespace gateway::harmonize::territory
