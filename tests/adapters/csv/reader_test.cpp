// The CSV reader on texts of our own: dialects, character sets, rows that must be cut by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/csv/charset.hpp"
#include "adapters/csv/dialect.hpp"
#include "tests/adapters/csv/support.hpp"

namespace {

using gateway::Errc;
using table_test::error_of;
using table_test::read;
using table_test::simple_layout;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CsvReader, ReadsLongTablesInTheirOrder) {
    auto const got = read("Jahr;Geschlecht;Wert\n2023;männlich;62494\n2024;weiblich;-8,3\n", simple_layout());
    EXPECT_THAT(got.lines, ElementsAre("2:3 2023 BEV [Anzahl] GES=männlich = 62494",
                                       "3:3 2024 BEV [Anzahl] GES=weiblich = -8.3"));
    EXPECT_EQ(got.rows, 2U);
    EXPECT_TRUE(got.issues.empty());
    EXPECT_EQ(got.info.layout, "feed:test");
}

TEST(CsvReader, FindsDelimiterQuotesAndLineEndsByItself) {
    for (std::string const delimiter : {",", ";", "\t", "|"})
        for (std::string const line_end : {"\n", "\r\n", "\r"})
            for (std::string const quote : {"", "\""}) {
                auto layout = simple_layout();
                layout.decimal = '.';
                auto const q = [&quote](std::string const& text) { return quote + text + quote; };
                auto const text = q("Jahr") + delimiter + q("Geschlecht") + delimiter + q("Wert") + line_end +
                                  "2024" + delimiter + q("männlich") + delimiter + "12.5" + line_end +
                                  "2025" + delimiter + q("weiblich") + delimiter + "7" + line_end;
                EXPECT_THAT(read(text, layout).lines, ElementsAre("2:3 2024 BEV [Anzahl] GES=männlich = 12.5",
                                                                  "3:3 2025 BEV [Anzahl] GES=weiblich = 7"))
                    << text;
            }
}

TEST(CsvReader, KeepsDelimitersLineEndsAndDoubledMarksInsideQuotes) {
    auto const got =
        read("Jahr;Geschlecht;Wert\n2024;\"a;b\";1\n2024;\"c\nd\";2\n2024;\"e\"\"f\"\"\";3\n2024;\"\";4\n",
             simple_layout());
    EXPECT_THAT(got.lines,
                ElementsAre("2:3 2024 BEV [Anzahl] GES=a;b = 1", "3:3 2024 BEV [Anzahl] GES=c d = 2",
                            "5:3 2024 BEV [Anzahl] GES=e\"f\" = 3", "6:3 2024 BEV [Anzahl] GES= = 4"));
}

TEST(CsvReader, ReadsQuotationMarksInsideUnquotedFieldsAsTheyStand) {
    auto const got =
        read("Jahr;Geschlecht;Wert\n2024;Rohr 5\" lang;1\n2024;b;2\n2024;\"c\";3\n", simple_layout());
    EXPECT_THAT(got.lines, ElementsAre("2:3 2024 BEV [Anzahl] GES=Rohr 5\" lang = 1",
                                       "3:3 2024 BEV [Anzahl] GES=b = 2", "4:3 2024 BEV [Anzahl] GES=c = 3"));
    EXPECT_EQ(got.count(Errc::repaired_row), 1U);
}

TEST(CsvReader, SetsARowWithABrokenQuoteAsideAndGoesOn) {
    auto const got = read("Jahr;Geschlecht;Wert\n2024;\"a\"x;1\n2024;b;2\n2024;\"never closed;3\n2024;d;4\n",
                          simple_layout());
    EXPECT_THAT(got.lines, ElementsAre("3:3 2024 BEV [Anzahl] GES=b = 2", "5:3 2024 BEV [Anzahl] GES=d = 4"));
    EXPECT_THAT(got.issue_lines(), ElementsAre(StartsWith("malformed error 2:2 text stands behind"),
                                               StartsWith("malformed error 4:2 a quotation mark is opened")));
    EXPECT_EQ(got.rows, 4U);
}

TEST(CsvReader, SetsShortAndLongRowsAside) {
    auto const got = read("Jahr;Geschlecht;Wert\n2024;a\n2024;b;1;2\n2024;c;3;\n2024;d;4\n", simple_layout());
    EXPECT_THAT(got.lines, ElementsAre("4:3 2024 BEV [Anzahl] GES=c = 3", "5:3 2024 BEV [Anzahl] GES=d = 4"));
    EXPECT_THAT(got.issue_lines(),
                ElementsAre(StartsWith("short_row error 2:2"), StartsWith("long_row error 3:4")));
    EXPECT_EQ(got.rows, got.lines.size() + got.set_aside());
}

TEST(CsvReader, TellsWindows1252FromIso88591WithEvidence) {
    using adapters::csv::Charset;
    auto const found = [](std::string_view bytes) { return adapters::csv::find_charset(bytes, "auto"); };
    EXPECT_EQ(found("Bev\xF6lkerung").charset, Charset::iso_8859_1);
    EXPECT_EQ(found("Stadt \x96 Land \xF6").charset, Charset::windows_1252);
    EXPECT_THAT(found("a\nStadt \x96 Land").evidence, HasSubstr("0x96 in line 2"));
    EXPECT_EQ(found("Bev\xC3\xB6lkerung").charset, Charset::utf8);
    EXPECT_THAT(found("Bev\xC3\xB6lkerung").evidence, HasSubstr("1 sound sequences"));
    EXPECT_EQ(found("\xEF\xBB\xBFx").mark_bytes, 3U);
    EXPECT_EQ(found("plain").charset, Charset::utf8);
}

TEST(CsvReader, ReadsEveryCharacterSetAlike) {
    std::string const latin = "Jahr;Geschlecht;Wert\r\n2024;m\xE4nnlich \x96 alle;1\r\n";
    std::string const utf8 = "Jahr;Geschlecht;Wert\r\n2024;m\xC3\xA4nnlich \xE2\x80\x93 alle;1\r\n";
    std::string wide = "\xFF\xFE";
    for (char32_t const c : U"Jahr;Geschlecht;Wert\r\n2024;m\u00E4nnlich \u2013 alle;1\r\n")
        if (c != 0) {
            wide += static_cast<char>(c & 0xFFU);
            wide += static_cast<char>(c >> 8U);
        }
    auto const expected = ElementsAre("2:3 2024 BEV [Anzahl] GES=männlich – alle = 1");
    EXPECT_THAT(read(latin, simple_layout()).lines, expected);
    EXPECT_THAT(read(utf8, simple_layout()).lines, expected);
    EXPECT_THAT(read("\xEF\xBB\xBF" + utf8, simple_layout()).lines, expected);
    EXPECT_THAT(read(wide, simple_layout()).lines, expected);
}

TEST(CsvReader, RefusesMixedCharacterSetsAndOldCodePages) {
    EXPECT_THAT(
        error_of("Jahr;Geschlecht;Wert\n2024;m\xC3\xA4nnlich;1\n2024;m\xE4nnlich;1\n", simple_layout()),
        StartsWith("wrong_charset line 3: the byte 0xE4 is no UTF-8"));
    EXPECT_THAT(error_of("Jahr;Geschlecht;Wert\n2024;f\x81r;1\n", simple_layout()),
                StartsWith("wrong_charset line 2: the byte 0x81"));
    EXPECT_THAT(error_of(std::string_view{"Jahr;\0\0\0", 8}, simple_layout()), StartsWith("wrong_charset"));
}

TEST(CsvReader, NamesTextsThatWereEncodedTwice) {
    auto const got =
        read("Jahr;Geschlecht;Wert\n2024;m\xC3\x83\xC2\xA4nnlich;1\n2024;weiblich;2\n", simple_layout());
    EXPECT_THAT(got.issue_lines(), ElementsAre(StartsWith("wrong_charset error 2:2")));
    EXPECT_EQ(got.lines.size(), 1U);
}

TEST(CsvReader, GivesTheSameCellsWhereverAWindowEnds) {
    // Longer than several windows, with quotes and line ends inside them at ever other places.
    std::string text = "Jahr;Geschlecht;Wert\n";
    std::size_t rows = 0;
    for (; text.size() < 900'000; ++rows)
        text += "2024;\"g" + std::string(rows % 97, 'x') + (rows % 5 == 0 ? "\n" : ";") + "\";" +
                std::to_string(rows) + (rows % 11 == 0 ? "\r\n" : "\n");
    auto const got = read(text, simple_layout());
    ASSERT_EQ(got.lines.size(), rows);
    EXPECT_TRUE(got.issues.empty());
    for (std::size_t i = 0; i < rows; ++i)
        ASSERT_THAT(got.lines[i], testing::EndsWith(" = " + std::to_string(i)));
}

TEST(CsvReader, SaysWhatIsMissingWhereTheHeaderIsAnother) {
    EXPECT_THAT(
        error_of("Jahr;Sex;Wert\n2024;a;1\n", simple_layout()),
        StartsWith("structure_changed no header as the feed description test expects it: line 1 lacks "
                   "'Geschlecht' and has 'Jahr', 'Sex', 'Wert'"));
    EXPECT_THAT(error_of("", simple_layout()), StartsWith("empty_document"));
    EXPECT_THAT(error_of("Jahr;Geschlecht;Wert;Neu\n2024;a;1;x\n", simple_layout()),
                StartsWith("structure_changed line 1: the column 'Neu' is not in the feed description"));
}

TEST(CsvReader, SkipsAPreambleAndStopsAtTheFooter) {
    auto layout = simple_layout();
    layout.rows.push_back({gateway::LayoutRow::Kind::end, {"____*", "Quelle*"}, 0, {}});
    auto const got = read(
        "Bevölkerung am 31.12.\n\nJahr;Geschlecht;Wert\n2024;a;1\n__________\n\"(C)opyright\nx\"\n", layout);
    EXPECT_THAT(got.lines, ElementsAre("4:3 2024 BEV [Anzahl] GES=a = 1"));
    EXPECT_EQ(got.rows, 1U);
    EXPECT_TRUE(got.issues.empty());
}

TEST(CsvReader, ReadsPresentationTables) {
    auto layout = simple_layout();
    layout.header_row = 5;
    layout.header_rows = 2;
    layout.time = {};
    layout.time.from = gateway::Place::From::title;
    layout.time.text = "Stichtag *";
    layout.time.after = "Stichtag ";
    layout.dimensions[0].place = {};
    layout.dimensions[0].place.from = gateway::Place::From::header;
    layout.dimensions[0].place.number = 2;
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place.from = gateway::Place::From::column;
    area.place.number = 1;
    area.name.from = gateway::Place::From::column;
    area.name.number = 2;
    layout.dimensions.push_back(area);
    layout.values[0].headers.clear();
    layout.values[0].first = 3;
    layout.values[0].last = 4;
    layout.rows.push_back({gateway::LayoutRow::Kind::end, {"____*"}, 0, {}});
    auto const got =
        read("GENESIS-Tabelle: 12411-08-01-4-B\nBev\xF6lkerung nach Geschlecht;;;\n"
             "Bev\xF6lkerungsstand (Anzahl);;;\nStichtag 31.12.2019;;;\n;;Geschlecht;Geschlecht\n"
             ";;m\xE4nnlich;weiblich\n03153;Goslar, Landkreis;66549;69463\n__________\n"
             "\"(C)opyright Statistische \xC4mter\nder L\xE4nder\"\nStand: 24.11.2020 / 08:57:12\n",
             layout);
    EXPECT_THAT(got.lines, ElementsAre("7:3 31.12.2019 BEV [Anzahl] GES=männlich KREISE=03153 = 66549",
                                       "7:4 31.12.2019 BEV [Anzahl] GES=weiblich KREISE=03153 = 69463"));
    EXPECT_TRUE(got.issues.empty()) << testing::PrintToString(got.issue_lines());
    EXPECT_EQ(got.rows, 1U);
}

} // namespace
