#include "adapters/xlsx/workbook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/xlsx/strings.hpp"
#include "tests/adapters/xlsx/book_support.hpp"

namespace xlsx_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(XlsxWorkbook, ReadsSharedInlineAndRichTextsWithoutPhonetics) {
    Book book{"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
              "<c r=\"C1\" t=\"inlineStr\"><is><r><t>Gos</t></r><r><rPr/><t>lar</t></r></is></c></row>"
              "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c></row>"};
    book.strings({"<t>Goslar &amp; Harz</t>",
                  "<r><t>Anteil</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>1)</t></r>",
                  "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh>"});
    auto const reading = read(book.bytes());
    EXPECT_EQ(reading.error, "");
    EXPECT_THAT(reading.rows, ElementsAre("1: A=Goslar & Harz B=Anteil1) C=Goslar", "2: A=東京"));
}

TEST(XlsxWorkbook, KeepsBlanksOnlyWhereTheFileSaysSoAndResolvesEscapes) {
    Book book{"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
              "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>"};
    book.strings(
        {"<t xml:space=\"preserve\"> a </t>", "<t> a </t>", "<t>x_x000A_y</t>", "<t>_x005F_x000A_</t>"});
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A= a  B=a C=x\ny D=_x000A_"));
}

TEST(XlsxWorkbook, ShowsNumbersAsTheirFormatDoesAndKeepsStoredDigits) {
    Book book{"<row r=\"1\"><c r=\"A1\"><v>74.599999999999994</v></c><c r=\"B1\"><v>74.5999999</v></c>"
              "<c r=\"C1\" s=\"1\"><v>74.5999999</v></c><c r=\"D1\" s=\"2\"><v>0.745</v></c>"
              "<c r=\"E1\" s=\"3\"><v>3153</v></c><c r=\"F1\" s=\"4\"><v>0</v></c>"
              "<c r=\"G1\" s=\"5\"><v>12.34</v></c></row>"};
    book.formats({"0.0", "0.0%", "00000", "#,##0;-#,##0;\\-", "\\(0.0\\)"});
    EXPECT_THAT(read(book.bytes()).rows,
                ElementsAre("1: A=#74.6{74.599999999999994} B=#74.5999999 C=#74.6{74.5999999} "
                            "D=#74.5{0.745}<%> E=#03153{3153} F=-{0} G=#12.3{12.34}<()>"));
}

TEST(XlsxWorkbook, TellsTheTwoCalendarsApart) {
    Book book{"<row r=\"1\"><c r=\"A1\" s=\"1\"><v>45657</v></c><c r=\"B1\" s=\"1\"><v>60</v></c></row>"};
    book.formats({"dd\\.mm\\.yyyy"});
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A=@2024-12-31{45657} B=!serial 60 is no day{60}"));
    auto& workbook = book["xl/workbook.xml"];
    workbook.insert(workbook.find("<sheets>"), "<workbookPr date1904=\"1\"/>");
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A=@2029-01-01{45657} B=@1904-03-01{60}"));
}

TEST(XlsxWorkbook, NeverMakesANumberOfErrorsTruthValuesAndFormulasWithoutResult) {
    Book book{"<row r=\"1\"><c r=\"A1\" t=\"e\"><v>#N/A</v></c><c r=\"B1\" t=\"b\"><v>1</v></c>"
              "<c r=\"C1\"><f>A1+1</f></c><c r=\"D1\"><f>1+1</f><v>2</v></c>"
              "<c r=\"E1\" t=\"str\"><f>\"a\"</f><v>a</v></c></row>"};
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A=!#N/A B=?true C=~f D=#2f E=af"));
}

TEST(XlsxWorkbook, CountsRowsAndCellsThatDoNotSayWhereTheyStand) {
    Book const book{
        "<row><c><v>1</v></c><c r=\"D1\"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row>"
        "<row r=\"7\"><c><v>5</v></c></row>"};
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A=#1 D=#2 E=#3", "2: A=#4", "7: A=#5"));
}

TEST(XlsxWorkbook, ReadsRowsAndCellsOutOfOrderAndReportsWhatStandsTwice) {
    Book const book{"<row r=\"3\"><c r=\"B3\"><v>2</v></c><c r=\"A3\"><v>1</v></c></row>"
                    "<row r=\"1\"><c r=\"A1\"><v>3</v></c></row>"
                    "<row r=\"3\"><c r=\"A3\"><v>4</v></c></row>"
                    "<row r=\"4\"><c r=\"A4\"><v>5</v></c><c r=\"A4\"><v>6</v></c></row>"};
    auto const reading = read(book.bytes());
    EXPECT_THAT(reading.rows, ElementsAre("3: A=#1 B=#2", "1: A=#3", "3: unsound A=#4", "4: unsound A=#5"));
    ASSERT_THAT(reading.issues, SizeIs(2));
    EXPECT_EQ(reading.issues[0].code, gateway::Errc::duplicate_key);
    EXPECT_EQ(reading.issues[0].position, (gateway::Position{3, 0}));
    EXPECT_THAT(reading.issues[1].text, HasSubstr("Tabelle1!A4"));
    EXPECT_EQ(reading.issues[1].position, (gateway::Position{4, 1}));
}

TEST(XlsxWorkbook, MarksHiddenRowsColumnsAndSheets) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] =
        sheet_xml("<row r=\"1\" hidden=\"1\"><c r=\"A1\"><v>1</v></c></row>"
                  "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2</v></c></row>",
                  "<cols><col min=\"2\" max=\"2\" width=\"9\" hidden=\"1\"/></cols>");
    auto& workbook = book["xl/workbook.xml"];
    workbook.replace(workbook.find("sheetId"), 7, "state=\"veryHidden\" sheetId");
    auto const bytes = book.bytes();
    EXPECT_THAT(read(bytes).rows, ElementsAre("1: hidden A=#1", "2: A=#1 B=#2h"));
    adapters::xlsx::Workbook const read_book{bytes, "book.xlsx"};
    EXPECT_EQ(read_book.sheets().front().state, adapters::xlsx::SheetInfo::State::very_hidden);
    auto const facts = read_book.facts(read_book.sheets().front());
    EXPECT_EQ(facts.hidden_rows, 1U);
    EXPECT_EQ(facts.hidden_cells, 1U);
}

TEST(XlsxWorkbook, FindsMergedRangesBehindTheData) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] = sheet_xml(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>", "",
        "<mergeCells count=\"2\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"A2:A4\"/></mergeCells>");
    auto const bytes = book.bytes();
    adapters::xlsx::Workbook const read_book{bytes, "book.xlsx"};
    EXPECT_THAT(
        read_book.facts(read_book.sheets().front()).merged,
        ElementsAre(adapters::xlsx::MergedRange{1, 1, 1, 3}, adapters::xlsx::MergedRange{2, 4, 1, 1}));
}

TEST(XlsxWorkbook, ReadsTheStrictNamespaceAndPrefixes) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] =
        "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\" "
        "xmlns:y=\"urn:y\"><x:sheetData>"
        "<x:row r=\"1\"><x:c r=\"A1\"><x:v>1</x:v></x:c><x:c r=\"B1\" "
        "t=\"d\"><x:v>2024-12-31</x:v></x:c></x:row>"
        "<y:row r=\"2\"><x:c r=\"A2\"><x:v>1</x:v></x:c></y:row></x:sheetData></x:worksheet>";
    EXPECT_THAT(read(book.bytes()).rows, ElementsAre("1: A=#1 B=@2024-12-31"));
}

TEST(XlsxWorkbook, NamesTheSheetsWhereOneIsAskedForThatIsNotThere) {
    Book const book{""};
    auto const reading = read(book.bytes(), "Daten");
    EXPECT_EQ(reading.code, gateway::Errc::not_found);
    EXPECT_THAT(reading.error, HasSubstr("no sheet is called 'Daten'; there are 'Tabelle1'"));
    EXPECT_THAT(read(book.bytes()).rows, IsEmpty());
}

} // namespace
TEST(XlsxWorkbook, KeepsMoreTextsThanFitIntoMemory) {
    // About 12 MiB of texts, so that they and their places are in a file; rows ask for them from both ends.
    constexpr int count = 400'000;
    std::vector<std::string> texts;
    texts.reserve(count);
    for (int i = 0; i < count; ++i)
        texts.push_back("<t>Gemeinde mit dem Schlüssel " + std::to_string(i) + "</t>");
    std::string rows;
    for (int row = 1; row <= 1000; ++row)
        rows += "<row><c t=\"s\"><v>" + std::to_string(row - 1) + "</v></c><c t=\"s\"><v>" +
                std::to_string(count - row) + "</v></c></row>";
    Book book{rows};
    book.strings(texts);
    auto const bytes = book.bytes();
    adapters::xlsx::Package const package{bytes, "big.xlsx"};
    adapters::xlsx::SharedStrings const strings{package, "xl/sharedStrings.xml"};
    EXPECT_TRUE(strings.are_spilled());
    EXPECT_EQ(strings.size(), count);
    adapters::xlsx::Workbook const workbook{bytes, "big.xlsx"};
    int row_number = 0;
    workbook.read(
        workbook.sheets().front(),
        [&row_number](adapters::xlsx::SheetRow const& row) {
            ASSERT_EQ(row.cells.size(), 2U);
            EXPECT_EQ(row.cells[0].text, "Gemeinde mit dem Schlüssel " + std::to_string(row_number));
            EXPECT_EQ(row.cells[1].text,
                      "Gemeinde mit dem Schlüssel " + std::to_string(count - ++row_number));
        },
        [](gateway::Issue const& issue) { ADD_FAILURE() << issue.text; });
    EXPECT_EQ(row_number, 1000);
}

} // namespace xlsx_test
