// Workbooks made to break the reader: each is refused, or its row set aside, with code and place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/xlsx/package.hpp"
#include "tests/adapters/xlsx/book_support.hpp"

namespace xlsx_test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string sheet(std::string xml) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] = std::move(xml);
    return book.bytes();
}

std::string rows(std::string_view xml) {
    return Book{xml}.bytes();
}

std::string cell(std::string_view inside) {
    return rows("<row r=\"1\">" + std::string{inside} + "</row>");
}

std::string part(std::string const& name, std::string text) {
    Book book{"<row r=\"1\"><c r=\"A1\" t=\"s\" s=\"1\"><v>0</v></c></row>"};
    book.strings({"<t>a</t>"});
    book.formats({"0.0"});
    book[name] = std::move(text);
    return book.bytes();
}

std::string without(std::string const& name) {
    Book book{"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"};
    book.remove(name);
    return book.bytes();
}

std::string macros() {
    Book book{""};
    book["xl/vbaProject.bin"] = "x";
    return book.bytes();
}

std::string types(std::string_view type) {
    return part("[Content_Types].xml",
                "<Types><Override PartName=\"/x\" ContentType=\"" + std::string{type} + "\"/></Types>");
}

std::string compound(std::string_view stream) {
    std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    bytes.resize(512, '\0');
    for (auto const c : stream) {
        bytes += c;
        bytes += '\0';
    }
    return bytes;
}

std::string open_document() {
    Book book{""};
    book.remove("[Content_Types].xml");
    book["mimetype"] = "application/vnd.oasis.opendocument.spreadsheet";
    return book.bytes();
}

std::string cut(std::string bytes, std::size_t bytes_less) {
    bytes.resize(bytes.size() - bytes_less);
    return bytes;
}

std::string broken_crc() {
    auto bytes = rows("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    // The checksum of the first member in the directory.
    auto const entry = bytes.find("PK\x01\x02");
    bytes[entry + 16] = static_cast<char>(bytes[entry + 16] ^ 1);
    return bytes;
}

/// Text that packs badly, so that no limit on packing comes first.
std::string noise(std::size_t size) {
    std::string text(size, 'a');
    std::uint32_t state = 1;
    for (auto& c : text) {
        state = state * 1664525 + 1013904223;
        c = static_cast<char>('a' + (state >> 24U) % 26);
    }
    return text;
}

struct Hostile {
    char const* name;
    std::string bytes;
    gateway::Errc code;
    char const* says;
};

class XlsxHostile : public ::testing::TestWithParam<Hostile> {};

TEST_P(XlsxHostile, IsRefusedWithCodeAndPlace) {
    auto const reading = read(GetParam().bytes);
    EXPECT_EQ(to_string(reading.code), to_string(GetParam().code)) << reading.error;
    EXPECT_THAT(reading.error, HasSubstr(GetParam().says));
}

using gateway::Errc;

INSTANTIATE_TEST_SUITE_P(
    Files, XlsxHostile,
    ::testing::Values(
        Hostile{"Empty", "", Errc::not_a_table, "book.xlsx: the file is empty"},
        Hostile{"Text", "Jahr;Wert\n2024;1\n", Errc::not_a_table,
                "no ZIP archive, so no workbook: first bytes 0x4A 0x61"},
        Hostile{"HtmlAsXls", "<html><table>", Errc::not_a_table, "HTML or XML under the name of a workbook"},
        Hostile{"Encrypted", compound("EncryptedPackage"), Errc::not_a_table,
                "encrypted with a password: remove it"},
        Hostile{"OldXls", compound("Workbook"), Errc::not_a_table, "Excel 97-2003 (.xls)"},
        Hostile{"OldWord", compound("WordDocument"), Errc::not_a_table, "a compound file"},
        Hostile{"OpenDocument", open_document(), Errc::not_a_table, "an OpenDocument file"},
        Hostile{"Macros", macros(), Errc::not_a_table, "holds macros (xl/vbaProject.bin)"},
        Hostile{"MacroType", types("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), Errc::not_a_table,
                ".xlsm"},
        Hostile{"Binary", types("application/vnd.ms-excel.sheet.binary.main"), Errc::not_a_table, ".xlsb"},
        Hostile{"Word",
                types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
                Errc::not_a_table, "a Word document"},
        Hostile{"OtherZip", without("[Content_Types].xml"), Errc::not_a_table,
                "a ZIP archive without [Content_Types].xml"},
        Hostile{"CutOff", cut(rows("<row r=\"1\"/>"), 30), Errc::truncated, "book.xlsx: "},
        Hostile{"WrongChecksum", broken_crc(), Errc::checksum, "book.xlsx: "},
        Hostile{"NoWorkbook", without("xl/workbook.xml"), Errc::malformed,
                "no part is named as the workbook"},
        Hostile{"NoSheet", without("xl/worksheets/sheet1.xml"), Errc::malformed,
                "the part 'xl/worksheets/sheet1.xml' is missing"},
        Hostile{"NoStrings", without("xl/sharedStrings.xml"), Errc::malformed,
                "the part 'xl/sharedStrings.xml' is missing"},
        Hostile{"NoSheets", part("xl/workbook.xml", "<workbook><sheets/></workbook>"), Errc::empty_document,
                "the workbook has no sheet"},
        Hostile{"SheetWithoutPart",
                part("xl/workbook.xml",
                     "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"x\"/></sheets></workbook>"),
                Errc::malformed, "sheet 'a' names the relation 'x', which does not exist"},
        Hostile{"SheetTwice",
                part("xl/workbook.xml",
                     "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"rId1\"/><sheet "
                     "name=\"a\" r:id=\"rId1\"/></sheets></workbook>"),
                Errc::malformed, "two sheets are called 'a'"},
        Hostile{"Chart",
                part("xl/_rels/workbook.xml.rels",
                     "<Relationships><Relationship Id=\"rId1\" "
                     "Type=\"x/chartsheet\" Target=\"c.xml\"/></Relationships>"),
                Errc::not_a_table, "sheet 'Tabelle1' holds no cells"}),
    [](auto const& tested) { return std::string{tested.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Sheets, XlsxHostile,
    ::testing::Values(
        Hostile{"NoData", sheet("<worksheet/>"), Errc::malformed, "no <sheetData>"},
        Hostile{"DataTwice", sheet("<worksheet><sheetData/><sheetData/></worksheet>"), Errc::malformed,
                "sheet1.xml:1:24: a second <sheetData>"},
        Hostile{"SecondRoot", sheet("<worksheet><sheetData/></worksheet><a/>"), Errc::malformed,
                "sheet1.xml:1:36: a second root element <a>"},
        Hostile{"EndsInside", sheet("<worksheet><sheetData><row>"), Errc::truncated,
                "the part ends inside <row>"},
        Hostile{"EndsInMarkup", sheet("<worksheet><sheetData/></worksheet"), Errc::truncated,
                "sheet1.xml:1:35"},
        Hostile{"WrongEnd", sheet("<worksheet>\n<sheetData></row></worksheet>"), Errc::malformed,
                "sheet1.xml:2:12: </row> where </sheetData> is due"},
        Hostile{"Dtd", sheet("<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>"), Errc::malformed,
                "sheet1.xml:1:1: a DTD"},
        Hostile{"UnknownEntity", cell("<c r=\"A1\" t=\"str\"><v>&b;</v></c>"), Errc::malformed,
                "unknown entity '&b;'"},
        Hostile{"ForbiddenReference", cell("<c r=\"A1\" t=\"str\"><v>&#0;</v></c>"), Errc::malformed,
                "unknown entity '&#0;'"},
        Hostile{"AttributeTwice", cell("<c r=\"A1\" r=\"A1\"/>"), Errc::malformed,
                "attribute 'r' given twice"},
        Hostile{"AttributeWithoutQuotes", cell("<c r=A1/>"), Errc::malformed,
                "value of attribute 'r' without quotes"},
        Hostile{"LessThanInAttribute", cell("<c r=\"<\"/>"), Errc::malformed, "'<' in attribute 'r'"},
        Hostile{"TextOutside", sheet("<worksheet><sheetData/></worksheet>x"), Errc::malformed,
                "the part ends in the middle of markup"},
        Hostile{"NotUtf8", cell("<c r=\"A1\" t=\"str\"><v>\xFC</v></c>"), Errc::wrong_charset,
                "byte 0xFC is not allowed here"},
        Hostile{"Overlong", cell("<c r=\"A1\" t=\"str\"><v>\xC0\xAF</v></c>"), Errc::wrong_charset,
                "byte 0xC0"},
        Hostile{"Surrogate", cell("<c r=\"A1\" t=\"str\"><v>\xED\xA0\x80</v></c>"), Errc::wrong_charset,
                "byte 0xED"},
        Hostile{"ControlCharacter", cell("<c r=\"A1\" t=\"str\"><v>\x07</v></c>"), Errc::wrong_charset,
                "byte 0x07"},
        Hostile{"Utf16", sheet(std::string{"\xFF\xFE<\0w\0", 6}), Errc::wrong_charset, "UTF-16"},
        Hostile{"Latin1Declared", sheet("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><worksheet/>"),
                Errc::wrong_charset, "encoding 'iso-8859-1'"},
        Hostile{"LateDeclaration", sheet("<worksheet><?xml version=\"1.0\"?></worksheet>"), Errc::malformed,
                "an XML declaration that does not come first"},
        Hostile{"Deep", sheet([] {
                    std::string xml;
                    for (int i = 0; i < 100; ++i) xml += "<a>";
                    return xml;
                }()),
                Errc::too_large, "nested deeper than 64"},
        Hostile{"LongTag", sheet("<worksheet a=\"" + noise(std::size_t{9} << 20U)), Errc::too_large,
                "one tag or text is longer"},
        Hostile{"RowZero", rows("<row r=\"0\"/>"), Errc::malformed, "row 0 is outside 1 to 1048576"},
        Hostile{"RowTooHigh", rows("<row r=\"1048577\"/>"), Errc::malformed, "row 1048577 is outside"},
        Hostile{"RowNoNumber", rows("<row r=\"1a\"/>"), Errc::malformed, "row number '1a' is no number"},
        Hostile{"CellOutsideRow", rows("<c r=\"A1\"/>"), Errc::malformed, "<c> outside a row"},
        Hostile{"ColumnTooFar", cell("<c r=\"XFE1\"/>"), Errc::malformed, "cell reference 'XFE1' is none"},
        Hostile{"NoReference", cell("<c r=\"1A\"/>"), Errc::malformed, "cell reference '1A' is none"},
        Hostile{"UnknownType", cell("<c r=\"A1\" t=\"z\"/>"), Errc::malformed, "cell type 'z' is unknown"},
        Hostile{"UnknownStyle", cell("<c r=\"A1\" s=\"9\"><v>1</v></c>"), Errc::malformed,
                "A1: style 9 is not in the workbook"},
        Hostile{"UnknownString", cell("<c r=\"B1\" t=\"s\"><v>7</v></c>"), Errc::malformed,
                "B1: shared string '7' of 0"},
        Hostile{"NegativeString", cell("<c r=\"B1\" t=\"s\"><v>-1</v></c>"), Errc::malformed,
                "shared string '-1'"},
        Hostile{"ValueAndInline", cell("<c r=\"A1\"><v>1</v><is><t>a</t></is></c>"), Errc::malformed,
                "a value and an inline text"},
        Hostile{
            "MergedNonsense",
            sheet("<worksheet><sheetData/><mergeCells><mergeCell ref=\"C3:A1\"/></mergeCells></worksheet>"),
            Errc::malformed, "merged range 'C3:A1' is no range"},
        Hostile{"ColumnsNonsense", sheet("<worksheet><cols><col min=\"a\"/></cols><sheetData/></worksheet>"),
                Errc::malformed, "<col> without numbers"}),
    [](auto const& tested) { return std::string{tested.param.name}; });

TEST(XlsxRefusals, TakeABombForWhatItIs) {
    Book book{""};
    book["xl/worksheets/sheet1.xml"] = sheet_xml(std::string(std::size_t{64} << 20U, ' '));
    EXPECT_EQ(read(book.bytes()).code, Errc::too_large);
}

TEST(XlsxRefusals, SetTheRowAsideForAValueThatIsNone) {
    auto const reading = read(
        rows("<row r=\"1\"><c r=\"A1\"><v>12a</v></c></row><row r=\"2\"><c r=\"A2\" t=\"b\"><v>2</v></c>"
             "<c r=\"B2\"><v>1</v></c></row><row r=\"3\"><c r=\"A4\"><v>1</v></c></row>"
             "<row r=\"4\"><c r=\"A4\"><v>1e999</v></c></row><row r=\"5\"><c r=\"A5\"><v>7</v></c></row>"));
    EXPECT_EQ(reading.error, "");
    ASSERT_THAT(reading.issues, SizeIs(4));
    EXPECT_EQ(reading.issues[0].position, (gateway::Position{1, 1}));
    EXPECT_THAT(reading.issues[0].text, HasSubstr("Tabelle1!A1: '12a' is no number"));
    EXPECT_THAT(reading.issues[1].text, HasSubstr("Tabelle1!A2: '2' is no truth value"));
    EXPECT_THAT(reading.issues[2].text, HasSubstr("Tabelle1!A3: the cell calls itself A4"));
    EXPECT_THAT(reading.issues[3].text, HasSubstr("Tabelle1!A4: '1e999' is no number"));
    EXPECT_EQ(reading.rows.back(), "5: A=#7");
}

TEST(XlsxRefusals, KnowOtherArchivesFromWorkbooks) {
    EXPECT_TRUE(adapters::xlsx::looks_like_workbook(rows("")));
    EXPECT_TRUE(adapters::xlsx::looks_like_workbook(compound("Workbook")));
    EXPECT_TRUE(adapters::xlsx::looks_like_workbook(open_document()));
    EXPECT_FALSE(adapters::xlsx::looks_like_workbook("Jahr;Wert"));
    EXPECT_FALSE(adapters::xlsx::looks_like_workbook(std::string{"PK\x03\x04", 4} + "table.csv"));
}

} // namespace
} // namespace xlsx_test
