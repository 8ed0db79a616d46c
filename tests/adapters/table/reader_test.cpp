// What a layout can say: wide tables, header trees, units, names beside keys, remarks, policies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/csv/support.hpp"

namespace {

using gateway::Errc;
using gateway::LayoutRow;
using gateway::Place;
using gateway::Unexpected;
using table_test::column;
using table_test::error_of;
using table_test::read;
using table_test::simple_layout;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

gateway::Layout portal_layout() {
    auto layout = simple_layout();
    auto& area = layout.dimensions[0];
    area.variable = "KREISE";
    area.place = column("GeoCode");
    area.place.prefixes = {"K", "RH", "MZ"};
    area.place.recode = {{"030", "03"}};
    area.name = column("Gebiet");
    area.names = {{"03153", {"Goslar"}},
                  {"03154", {"Helmstedt"}},
                  {"03155", {"Northeim"}},
                  {"03157", {"Peine"}},
                  {"03", {"Niedersachsen"}}};
    area.missing = {"", "#NV"};
    layout.unit = column("Units");
    return layout;
}

TEST(TableReader, TakesPortalKeysAndComparesThemWithTheirNames) {
    auto const got = read(
        "Jahr;Gebiet;Units;GeoCode;Wert\n2024;Goslar;Anzahl;K03153;126775\n2024;Niedersachsen;%;RH030;13,4\n",
        portal_layout());
    EXPECT_THAT(got.lines, ElementsAre("2:5 2024 BEV [Anzahl] KREISE=03153 = 126775",
                                       "3:5 2024 BEV [%] KREISE=03 = 13.4"));
    EXPECT_EQ(got.blocks[0][0].label, "Goslar");
}

TEST(TableReader, NamesKeysAndNamesThatAreShiftedByOneRow) {
    auto const got =
        read("Jahr;Gebiet;Units;GeoCode;Wert\n2023;Goslar;Anzahl;K03153;1\n2024;Goslar;Anzahl;K03154;2\n"
             "2024;Helmstedt;Anzahl;K03155;3\n2024;Northeim;Anzahl;K03157;4\n2024;Peine;Anzahl;K030;5\n",
             portal_layout());
    EXPECT_EQ(got.lines.size(), 1U);
    EXPECT_EQ(got.count(Errc::label_mismatch), 4U);
    EXPECT_THAT(got.issue_lines(),
                Contains(StartsWith(
                    "shifted_labels warning 3:0 names and keys of KREISE are shifted by one row in 4 rows")));
    EXPECT_THAT(got.issue_lines(), Contains("label_mismatch error 3:4 the key 'K03154' stands beside the "
                                            "name 'Goslar'; this name belongs to '03153'"));
    EXPECT_EQ(got.set_aside(), 4U);
}

TEST(TableReader, FindsAMissingKeyByItsNameAndSaysSo) {
    auto const got =
        read("Jahr;Gebiet;Units;GeoCode;Wert\n2024;Niedersachsen;Anzahl;#NV;5\n2024;Osterode;Anzahl;#NV;6\n"
             "2024;Goslar;Anzahl;#BEZUG!;7\n2024;Niedersachsen;Anzahl;;8\n",
             portal_layout());
    EXPECT_THAT(got.lines,
                ElementsAre("2:5 2024 BEV [Anzahl] KREISE=03 = 5", "5:5 2024 BEV [Anzahl] KREISE=03 = 8"));
    EXPECT_THAT(got.issue_lines(), Contains("unknown_code error 3:4 no key ('#NV') for KREISE, and the name "
                                            "'Osterode' belongs to no key of the description"));
    EXPECT_THAT(got.issue_lines(),
                Contains(StartsWith("unknown_code error 4:4 '#BEZUG!' in place of a code")));
    EXPECT_EQ(got.count(Errc::repaired_row), 2U);
}

TEST(TableReader, ReadsYearsAcrossTheHeader) {
    auto layout = simple_layout();
    layout.time = {};
    layout.time.from = Place::From::header;
    layout.time.number = 1;
    layout.values[0].headers = {"20*"};
    auto const got = read("Geschlecht;2023;2024\nmännlich;1;2\nweiblich;3;.\n", layout);
    EXPECT_THAT(got.lines, ElementsAre("2:2 2023 BEV [Anzahl] GES=männlich = 1",
                                       "2:3 2024 BEV [Anzahl] GES=männlich = 2",
                                       "3:2 2023 BEV [Anzahl] GES=weiblich = 3",
                                       "3:3 2024 BEV [Anzahl] GES=weiblich = '.'"));
}

TEST(TableReader, ReadsHeaderTreesUnitRowsAndRunningNumbers) {
    auto layout = simple_layout();
    layout.header_rows = 2;
    layout.unit = {};
    layout.rows.push_back({LayoutRow::Kind::running, {}, 0, {}});
    layout.rows.push_back({LayoutRow::Kind::unit, {"Anzahl*"}, 0, {}});
    layout.dimensions[0].place = {};
    layout.dimensions[0].place.from = Place::From::header;
    layout.dimensions[0].place.number = 1;
    layout.values = {{{"Personen"}, 0, 0, {}, "PERS", "", -1}, {{"Quote"}, 0, 0, {}, "QUOTE", "", -1}};
    auto const got = read("Jahr;Deutsche;;Ausländer;\n;Personen;Quote;Personen;Quote\n1;2;3;4;5\n;Anzahl;"
                          "Prozent;Anzahl;Prozent\n"
                          "2024;10;1,5;20;2,5\n",
                          layout);
    EXPECT_THAT(got.lines, ElementsAre("5:2 2024 PERS [Anzahl] GES=Deutsche = 10",
                                       "5:3 2024 QUOTE [Prozent] GES=Deutsche = 1.5",
                                       "5:4 2024 PERS [Anzahl] GES=Ausländer = 20",
                                       "5:5 2024 QUOTE [Prozent] GES=Ausländer = 2.5"));
}

TEST(TableReader, FillsGroupedRowsDownAndTakesCaptions) {
    auto layout = simple_layout();
    layout.dimensions[0].place.fill_down = true;
    layout.rows.push_back({LayoutRow::Kind::caption, {"Region *"}, 0, "REGION"});
    auto const got =
        read("Jahr;Geschlecht;Wert\nRegion Nord;;\n2023;a;1\n2024;;2\nRegion Süd;;\n2024;b;3\n", layout);
    EXPECT_THAT(got.lines, ElementsAre("3:3 2023 BEV [Anzahl] GES=a REGION=Region Nord = 1",
                                       "4:3 2024 BEV [Anzahl] GES=a REGION=Region Nord = 2",
                                       "6:3 2024 BEV [Anzahl] GES=b REGION=Region Süd = 3"));
}

TEST(TableReader, CutsSeveralCodesOutOfOneColumn) {
    auto layout = simple_layout();
    layout.time.before = " / ";
    gateway::LayoutDimension base;
    base.variable = "BASE_YEAR";
    base.place = column("Jahr");
    base.place.after = " / ";
    layout.dimensions.push_back(base);
    auto const got = read("Jahr;Geschlecht;Wert\n2024 / 2005;a;1\n", layout);
    EXPECT_THAT(got.lines, ElementsAre("2:3 2024 BEV [Anzahl] GES=a BASE_YEAR=2005 = 1"));
}

TEST(TableReader, KeepsClosedFiguresClosedEvenWhereDigitsStand) {
    auto layout = simple_layout();
    layout.sign = column("Bemerkung");
    layout.sign_of = {{"Gesperrt", "."}, {"Statistisch unsicher", "()"}};
    layout.closing = {"Gesperrt"};
    auto const got =
        read("Jahr;Geschlecht;Bemerkung;Wert\n2024;a;Gesperrt;4,7\n2024;b;Statistisch unsicher;5\n2024;c;;6\n"
             "2024;d;Gesperrt;\n2024;e;Ganz anders als gedacht;7\n",
             layout);
    EXPECT_THAT(got.lines,
                ElementsAre("2:4 2024 BEV [Anzahl] GES=a = '.'", "3:4 2024 BEV [Anzahl] GES=b = 5 q'()'",
                            "4:4 2024 BEV [Anzahl] GES=c = 6", "5:4 2024 BEV [Anzahl] GES=d = '.'"));
    EXPECT_THAT(got.issue_lines(), Contains(StartsWith("unknown_sign error 6:3")));
    for (auto const& line : got.issue_lines()) EXPECT_THAT(line, testing::Not(HasSubstr("4,7")));
}

TEST(TableReader, RoundsBinaryResiduesOnlyWhereTheDescriptionSaysHowFar) {
    auto layout = simple_layout();
    layout.decimal = '.';
    std::string const text =
        "Jahr;Geschlecht;Wert\n2024;a;74.5999999\n2024;b;12.300000000000001\n2024;c;8.26629918498979\n";
    auto const kept = read(text, layout);
    EXPECT_THAT(kept.lines[0], testing::EndsWith("= 74.5999999"));
    EXPECT_THAT(kept.issue_lines(), Contains(HasSubstr("binary residues")));
    layout.values[0].decimals = 1;
    auto const rounded = read(text, layout);
    EXPECT_THAT(rounded.lines[0], testing::EndsWith("= 74.6"));
    EXPECT_THAT(rounded.lines[1], testing::EndsWith("= 12.3"));
    EXPECT_THAT(rounded.lines[2], testing::EndsWith("= 8.26629918498979"));
}

TEST(TableReader, DecidesMarksPerColumnAndRefusesWithoutProof) {
    auto layout = simple_layout();
    layout.decimal = layout.thousands = '\0';
    EXPECT_THAT(read("Jahr;Geschlecht;Wert\n2024;a;1.234\n2024;b;1.234.567\n", layout).lines[0],
                testing::EndsWith("= 1234"));
    EXPECT_THAT(read("Jahr;Geschlecht;Wert\n2024;a;1.234\n2024;b;0.5\n", layout).lines[0],
                testing::EndsWith("= 1.234"));
    EXPECT_THAT(error_of("Jahr;Geschlecht;Wert\n2024;a;1.234\n", layout),
                StartsWith("ambiguous_number column 'Wert': nothing in it proves"));
}

TEST(TableReader, FollowsThePolicyForTheUnexpected) {
    std::string const text = "Jahr;Geschlecht;Neu;Wert\n2024;a;x;1\n2024;b;;2\n";
    auto layout = simple_layout();
    layout.unexpected_column = Unexpected::set_aside;
    EXPECT_THAT(read(text, layout).lines, ElementsAre("3:4 2024 BEV [Anzahl] GES=b = 2"));
    layout.unexpected_column = Unexpected::evolve;
    EXPECT_THAT(read(text, layout).lines[0], "2:4 2024 BEV [Anzahl] GES=a NEU=x = 1");
    layout.unexpected_column = Unexpected::drop_value;
    EXPECT_EQ(read(text, layout).lines.size(), 2U);
    layout.ignored = {"Neu"};
    layout.unexpected_column = Unexpected::freeze;
    EXPECT_EQ(read(text, layout).lines.size(), 2U);

    layout = simple_layout();
    std::string const bad = "Jahr;Geschlecht;Wert\n2024;a;viel Text statt einer Zahl\n2024;b;2\n";
    EXPECT_EQ(read(bad, layout).lines.size(), 1U);
    layout.unexpected_value = Unexpected::drop_value;
    layout.dropped_sign = "#NV";
    EXPECT_THAT(read(bad, layout).lines[0], testing::EndsWith("= '#NV'"));
    layout.unexpected_value = Unexpected::freeze;
    EXPECT_THAT(error_of(bad, layout), StartsWith("unknown_sign line 2, column 3"));
    layout.unexpected_code = Unexpected::set_aside;
    layout.dimensions[0].known = {"b"};
    layout.unexpected_value = Unexpected::set_aside;
    EXPECT_THAT(read(bad, layout).issue_lines(),
                ElementsAre(StartsWith("unknown_code error 2:2 unknown code 'a'")));
}

TEST(TableReader, TakesAHeaderThatIsMisspeltByALetter) {
    auto const got = read("Jahr;Gesschlecht;Wert\n2024;a;1\n", simple_layout());
    EXPECT_EQ(got.lines.size(), 1U);
    EXPECT_THAT(
        got.issue_lines(),
        ElementsAre("structure_changed warning 1:2 the header 'Gesschlecht' is taken for 'Geschlecht'"));
}

TEST(TableReader, RefusesWhatTheDescriptionRefuses) {
    auto layout = simple_layout();
    layout.defects.push_back(
        {{{"Jahr", {"2010", "2014"}}, {"Geschlecht", {"a*"}}}, {}, "data before the merger", "use the sum"});
    auto const got = read("Jahr;Geschlecht;Wert\n2014;abc;1\n2014;b;2\n2015;abc;3\n", layout);
    EXPECT_EQ(got.lines.size(), 2U);
    EXPECT_THAT(got.issue_lines(), ElementsAre("outside_validity error 2:1 data before the merger"));
}

TEST(TableReader, ReadsAsCorrectedWhatTheDescriptionKnowsBetter) {
    auto layout = simple_layout();
    layout.defects.push_back({{{"Jahr", {"2014"}}, {"Geschlecht", {"a*"}}},
                              {{"Geschlecht", "x"}},
                              "keys of before the merger",
                              ""});
    auto const wrong = read("Jahr;Geschlecht;Wert\n2014;abc;1\n2014;b;2\n2015;abc;3\n", layout);
    auto const right = read("Jahr;Geschlecht;Wert\n2014;x;1\n2014;b;2\n2015;abc;3\n", layout);
    EXPECT_EQ(wrong.lines, right.lines);
    EXPECT_THAT(
        wrong.issue_lines(),
        ElementsAre("repaired_row warning 2:2 read Geschlecht 'abc' as 'x': keys of before the merger"));
}

TEST(TableReader, CountsRowsAgainstWhatIsExpected) {
    auto layout = simple_layout();
    layout.rows_least = 3;
    EXPECT_EQ(read("Jahr;Geschlecht;Wert\n2014;a;1\n", layout).count(Errc::incomplete), 1U);
}

} // namespace
