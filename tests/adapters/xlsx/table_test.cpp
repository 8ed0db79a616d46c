#include "adapters/xlsx/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/cube/cells_text.hpp"
#include "tests/adapters/xlsx/book_support.hpp"

namespace xlsx_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using From = gateway::Place::From;

gateway::Place column(std::string header) {
    gateway::Place place;
    place.from = From::column;
    place.headers = {std::move(header)};
    return place;
}

/// A wide table: key, name, years above the figures.
gateway::Layout wide() {
    gateway::Layout layout;
    layout.feed = "probe";
    layout.format = "xlsx";
    layout.decimal = ',';
    layout.thousands = '\x01';
    layout.header_rows = 2;
    layout.time.from = From::header;
    layout.time.number = 2;
    layout.measure.from = From::constant;
    layout.measure.text = "BEVSTD";
    layout.unit.from = From::constant;
    layout.unit.text = "Anzahl";
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place = column("AGS");
    area.place.prepend = "03";
    layout.dimensions = {area};
    gateway::LayoutValue years;
    years.headers = {"Einwohner / *"};
    layout.values = {years};
    gateway::LayoutRow end;
    end.kind = gateway::LayoutRow::Kind::end;
    end.match = {"Quelle*"};
    layout.rows = {end};
    return layout;
}

constexpr std::string_view rows =
    "<row r=\"4\"><c r=\"B4\" t=\"inlineStr\"><is><t>AGS</t></is></c><c r=\"C4\" "
    "t=\"inlineStr\"><is><t>Einwohner</t></is></c></row>"
    "<row r=\"5\"><c r=\"C5\"><v>2023</v></c><c r=\"D5\"><v>2024</v></c></row>"
    "<row r=\"6\"><c r=\"B6\"><v>153</v></c><c r=\"C6\"><v>127712</v></c><c r=\"D6\"><v>126775</v></c></row>";

cube_test::Told read_sheet(Book const& book, gateway::Layout const& layout) {
    cube_test::CellsText sink;
    adapters::xlsx::read_table(book.bytes(), "book.xlsx", layout, sink);
    return sink.told;
}

std::string with_row(std::string_view cells) {
    return std::string{rows} + "<row r=\"7\"><c r=\"B7\"><v>154</v></c>" + std::string{cells} + "</row>";
}

TEST(XlsxTable, ReadsAHeaderTreeAndCompletesKeysWithoutLand) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] = sheet_xml(
        std::string{rows} + "<row r=\"8\"><c r=\"B8\" t=\"inlineStr\"><is><t>Quelle: LSN</t></is></c></row>",
        "", "<mergeCells><mergeCell ref=\"C4:D4\"/><mergeCell ref=\"B4:B5\"/></mergeCells>");
    auto const told = read_sheet(book, wide());
    EXPECT_THAT(told.lines, ElementsAre("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03153 | 127712",
                                        "JAHR=2024 | BEVSTD [Anzahl] | KREISE=03153 | 126775"));
    EXPECT_EQ(told.rows, 1U);
}

TEST(XlsxTable, KeepsSignsByFormatAndErrorsAsSigns) {
    Book book{with_row("<c r=\"C7\" s=\"1\"><v>4.5187</v></c><c r=\"D7\" t=\"e\"><v>#N/A</v></c>")};
    book.formats({"&quot;/&quot;"});
    auto const told = read_sheet(book, wide());
    EXPECT_THAT(told.lines, Contains("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03154 | '/'"));
    EXPECT_THAT(told.lines, Contains("JAHR=2024 | BEVSTD [Anzahl] | KREISE=03154 | '#NV'"));
}

TEST(XlsxTable, SetsARowAsideOnceThatStandsTwice) {
    Book const book{with_row("<c r=\"C7\"><v>1</v></c><c r=\"C7\"><v>2</v></c><c r=\"D7\"><v>3</v></c>"
                             "<c r=\"D7\"><v>3</v></c>")};
    auto const told = read_sheet(book, wide());
    EXPECT_THAT(told.lines, SizeIs(2));
    EXPECT_EQ(told.rows, 2U);
    ASSERT_THAT(told.issues, SizeIs(1));
    EXPECT_EQ(told.issues[0].position, (gateway::Position{7, 3}));
    EXPECT_THAT(told.issues[0].text, HasSubstr("Tabelle1!D7"));
}

TEST(XlsxTable, LeavesHiddenColumnsOutAndSaysSo) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] =
        sheet_xml(rows, "<cols><col min=\"4\" max=\"4\" width=\"9\" hidden=\"1\"/></cols>");
    auto told = read_sheet(book, wide());
    EXPECT_THAT(told.lines, ElementsAre("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03153 | 127712"));
    ASSERT_THAT(told.issues, SizeIs(1));
    EXPECT_EQ(told.issues[0].count, 2U);
    auto layout = wide();
    layout.hidden = true;
    told = read_sheet(book, layout);
    EXPECT_THAT(told.lines, SizeIs(2));
}

TEST(XlsxTable, RepeatsTextsOfMergedRangesButNeverNumbers) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] =
        sheet_xml(with_row("<c r=\"C7\"><v>5</v></c>"), "",
                  "<mergeCells><mergeCell ref=\"C7:D7\"/><mergeCell ref=\"C4:D4\"/></mergeCells>");
    auto const told = read_sheet(book, wide());
    EXPECT_THAT(told.lines, Contains("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03154 | 5"));
    EXPECT_THAT(told.lines, Contains("JAHR=2024 | BEVSTD [Anzahl] | KREISE=03154 | nothing"));
}

TEST(XlsxTable, IsNotSlowedByARangeOverTheWholeSheet) {
    Book book{""};
    std::string many{rows};
    for (int row = 7; row < 3000; ++row)
        many += "<row r=\"" + std::to_string(row) + "\"><c r=\"B" + std::to_string(row) +
                "\"><v>154</v></c></row>";
    book["xl/worksheets/sheet1.xml"] =
        sheet_xml("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Titel</t></is></c></row>" + many, "",
                  "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>");
    EXPECT_EQ(read_sheet(book, wide()).rows, 2994U);
}

TEST(XlsxTable, GivesAColumnNoCodeOfTheColumnBefore) {
    Book const book{rows};
    auto layout = wide();
    gateway::LayoutValue men;
    men.headers = {"Einwohner / 2023"};
    men.codes = {{"GES", "GESM"}};
    gateway::LayoutValue rest;
    rest.headers = {"Einwohner / 2024"};
    layout.values = {men, rest};
    EXPECT_THAT(read_sheet(book, layout).lines,
                ElementsAre("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03153 | GES=GESM | 127712",
                            "JAHR=2024 | BEVSTD [Anzahl] | KREISE=03153 | GES= | 126775"));
}

TEST(XlsxTable, NamesTheSheetsWhereNoneFits) {
    Book const book{rows};
    auto layout = wide();
    layout.sheets = {"Daten*"};
    EXPECT_THAT(
        cube_test::error_of([&] { read_sheet(book, layout); }),
        HasSubstr("not_found: no sheet is as the feed description probe names it; there are 'Tabelle1'"));
}

} // namespace
} // namespace xlsx_test
