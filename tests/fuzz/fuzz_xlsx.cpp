// Workbooks: the bytes as an archive, and as the sheet, the texts and the styles of a sound one. A sheet gives the
// same rows however it is cut.
#include <string>

#include "adapters/xlsx/sheet_reader.hpp"
#include "adapters/xlsx/table.hpp"
#include "adapters/xlsx/workbook.hpp"
#include "gateway/feed/zip_writer.hpp"
#include "tests/fuzz/fuzz_cells.hpp"

namespace {

using adapters::xlsx::SheetCell;
using adapters::xlsx::SheetRow;

void check_row(SheetRow const& row) {
    std::uint32_t last = 0;
    for (auto const& cell : row.cells) {
        cell_fuzz::require(cell.column > last && cell.column <= 16384);
        last = cell.column;
        if (cell.kind == SheetCell::Kind::number) cell_fuzz::require(!cell.text.empty());
        if (cell.kind == SheetCell::Kind::no_value) cell_fuzz::require(cell.text.empty());
    }
}

void read_book(std::string_view bytes) {
    try {
        adapters::xlsx::Workbook const book{bytes, "fuzz"};
        for (auto const& sheet : book.sheets()) {
            if (sheet.part.empty()) continue;
            book.read(sheet, check_row,
                      [](gateway::Issue const& issue) { cell_fuzz::require(!issue.text.empty()); });
            cell_fuzz::require(book.facts(sheet).cells < 1U << 30U);
        }
    } catch (gateway::Error const& error) {
        cell_fuzz::require(std::string_view{error.what()}.size() > 4);
    }
}

/// A key in the first column, figures in the next three.
gateway::Layout layout() {
    gateway::Layout feed;
    feed.feed = "fuzz";
    feed.format = "xlsx";
    feed.decimal = ',';
    feed.thousands = '\x01';
    feed.header_rows = 0;
    feed.time.from = gateway::Place::From::constant;
    feed.time.text = "2024";
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place.from = gateway::Place::From::column;
    area.place.number = 1;
    feed.dimensions = {area};
    gateway::LayoutValue figures;
    figures.first = 2;
    figures.last = 4;
    feed.values = {figures};
    return feed;
}

void read_table(std::string_view bytes) {
    static auto const feed = layout();
    cell_fuzz::Judge judge;
    try {
        adapters::xlsx::read_table(bytes, "fuzz", feed, judge);
        cell_fuzz::require(judge.finished);
    } catch (gateway::Error const& error) {
        cell_fuzz::require(std::string_view{error.what()}.size() > 4);
    }
}

std::string read_sheet(std::string_view xml, std::size_t step) {
    static adapters::xlsx::SharedStrings const strings;
    static adapters::xlsx::Styles const styles;
    std::string said;
    adapters::xlsx::Workbook::RowSink const row = [&](SheetRow const& each) {
        check_row(each);
        said += std::to_string(each.number) + ":";
        for (auto const& cell : each.cells) said += std::string{cell.text} + ";";
    };
    adapters::xlsx::Workbook::IssueSink const issue = [&](gateway::Issue const& each) { said += each.text; };
    try {
        adapters::xlsx::SheetReader reader{{strings, styles, false, "s"}, row, issue};
        adapters::xlsx::PartScanner scanner{"part", reader};
        for (std::size_t at = 0; at < xml.size(); at += step) scanner.feed(xml.substr(at, step));
        scanner.finish();
    } catch (gateway::Error const& error) {
        return said.empty() ? "refused" : said; // which of two errors comes first depends on the pieces
    }
    return said;
}

std::string book_with(std::string_view part, std::string_view content) {
    std::string out;
    gateway::feed::ZipWriter zip{[&](std::string_view piece) { out += piece; }};
    auto const add = [&](std::string const& name, std::string_view text) {
        zip.add(name, name == part ? content : text);
    };
    add("[Content_Types].xml", "<Types/>");
    add("_rels/.rels",
        "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"w.xml\"/></Relationships>");
    add("w.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"s\" r:id=\"a\"/></sheets></workbook>");
    add("_rels/w.xml.rels",
        "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"s.xml\"/><Relationship Id=\"b\" "
        "Type=\"x/styles\" Target=\"t.xml\"/><Relationship Id=\"c\" Type=\"x/sharedStrings\" "
        "Target=\"u.xml\"/></Relationships>");
    add("s.xml", "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>-0.745</v></c><c "
                 "s=\"1\"><v>45657.5</v></c><c s=\"1\"><v>0</v></c></row></sheetData></worksheet>");
    add("t.xml", "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"0.0\"/></numFmts><cellXfs><xf "
                 "numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>");
    add("u.xml", "<sst><si><t>a</t></si></sst>");
    zip.finish();
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0 || size > 65536) return 0;
    std::string bytes(size - 1, '\0');
    for (std::size_t i = 1; i < size; ++i) bytes[i - 1] = static_cast<char>(data[i]);
    switch (data[0] % 6) {
    case 0: read_book(bytes); break;
    case 1: {
        auto const book = book_with("s.xml", bytes);
        read_book(book);
        read_table(book);
        break;
    }
    case 2: read_book(book_with("t.xml", bytes)); break;
    case 3: read_book(book_with("u.xml", bytes)); break;
    case 4: {
        // A number format on its own, over several numbers.
        adapters::xlsx::NumberFormat const format{bytes};
        for (auto const* const number :
             {"0", "-1234.5678", "74.599999999999994", "1e-300", "45657.999999", "60"}) {
            adapters::xlsx::Shown shown;
            format.show(*adapters::xlsx::DecimalText::from(number), false, shown);
            format.show(*adapters::xlsx::DecimalText::from(number), true, shown);
        }
        break;
    }
    default: {
        auto const whole = read_sheet(bytes, bytes.size() + 1);
        auto const cut = read_sheet(bytes, 1 + bytes.size() % 13);
        // A refused sheet may have given fewer or more rows before; a sound one never.
        if (whole == cut) break;
        cell_fuzz::require(whole == "refused" || cut == "refused" || whole.substr(0, cut.size()) == cut ||
                           cut.substr(0, whole.size()) == whole);
    }
    }
    return 0;
}
