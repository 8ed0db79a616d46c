#include "tests/adapters/xlsx/book_support.hpp"

#include "gateway/feed/zip_writer.hpp"

namespace xlsx_test {

namespace {

constexpr std::string_view main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_ns =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

std::string relation(std::string_view id, std::string_view type, std::string_view target) {
    return "<Relationship Id=\"" + std::string{id} + "\" Type=\"" + std::string{relation_ns} + "/" +
           std::string{type} + "\" Target=\"" + std::string{target} + "\"/>";
}

std::string relations(std::string_view inside) {
    return std::string{head} +
           "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
           std::string{inside} + "</Relationships>";
}

std::string part(std::string_view root, std::string_view inside) {
    return std::string{head} + "<" + std::string{root} + " xmlns=\"" + std::string{main_ns} +
           "\" xmlns:r=\"" + std::string{relation_ns} + "\">" + std::string{inside} + "</" +
           std::string{root} + ">";
}

} // namespace

std::string sheet_xml(std::string_view rows, std::string_view before, std::string_view after) {
    return part("worksheet", std::string{before} + "<sheetData>" + std::string{rows} + "</sheetData>" +
                                 std::string{after});
}

Book::Book(std::string_view rows) {
    parts_["[Content_Types].xml"] =
        std::string{head} +
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override "
        "PartName=\"/xl/workbook.xml\" ContentType=\"application/"
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
    parts_["_rels/.rels"] = relations(relation("rId1", "officeDocument", "xl/workbook.xml"));
    parts_["xl/workbook.xml"] =
        part("workbook", "<sheets><sheet name=\"Tabelle1\" sheetId=\"1\" r:id=\"rId1\"/></sheets>");
    parts_["xl/_rels/workbook.xml.rels"] = relations(relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                                                     relation("rId2", "sharedStrings", "sharedStrings.xml") +
                                                     relation("rId3", "styles", "styles.xml"));
    parts_["xl/worksheets/sheet1.xml"] = sheet_xml(rows);
    strings({});
    formats({});
}

void Book::strings(std::vector<std::string> const& items) {
    std::string inside;
    for (auto const& item : items) inside += "<si>" + item + "</si>";
    parts_["xl/sharedStrings.xml"] = part("sst", inside);
}

void Book::formats(std::vector<std::string> const& codes) {
    std::string formats;
    std::string styles = "<xf numFmtId=\"0\"/>";
    for (std::size_t i = 0; i < codes.size(); ++i) {
        auto const id = std::to_string(164 + i);
        formats += "<numFmt numFmtId=\"" + id + "\" formatCode=\"" + codes[i] + "\"/>";
        styles += "<xf numFmtId=\"" + id + "\"/>";
    }
    parts_["xl/styles.xml"] =
        part("styleSheet", "<numFmts>" + formats + "</numFmts><cellXfs>" + styles + "</cellXfs>");
}

std::string Book::bytes() const {
    std::string out;
    gateway::feed::ZipWriter zip{[&](std::string_view piece) { out += piece; }};
    for (auto const& [name, content] : parts_) zip.add(name, content);
    zip.finish();
    return out;
}

std::string row_text(adapters::xlsx::SheetRow const& row) {
    using Kind = adapters::xlsx::SheetCell::Kind;
    std::string text = std::to_string(row.number) + ":";
    if (row.hidden) text += " hidden";
    if (!row.sound) text += " unsound";
    for (auto const& cell : row.cells) {
        auto name = adapters::xlsx::cell_name(1, cell.column);
        name.pop_back();
        text += " " + name + "=";
        switch (cell.kind) {
        case Kind::text: break;
        case Kind::number: text += "#"; break;
        case Kind::date: text += "@"; break;
        case Kind::boolean: text += "?"; break;
        case Kind::error: text += "!"; break;
        case Kind::no_value: text += "~"; break;
        }
        text += cell.text;
        if (!cell.stored.empty()) text += "{" + std::string{cell.stored} + "}";
        if (!cell.around.empty()) text += "<" + std::string{cell.around} + ">";
        if (cell.hidden) text += "h";
        if (cell.formula) text += "f";
    }
    return text;
}

Reading read(std::string_view bytes, std::string_view sheet) {
    Reading reading;
    try {
        adapters::xlsx::Workbook const book{bytes, "book.xlsx"};
        auto const& chosen = sheet.empty() ? book.sheets().front() : book.sheet(sheet);
        book.read(
            chosen, [&](adapters::xlsx::SheetRow const& row) { reading.rows.push_back(row_text(row)); },
            [&](gateway::Issue issue) { reading.issues.push_back(std::move(issue)); });
    } catch (gateway::Error const& error) {
        reading.error = error.what();
        reading.code = error.code();
    }
    return reading;
}

} // namespace xlsx_test
