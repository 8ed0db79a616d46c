// Reads a workbook, or makes one to be read.
//
// Usage   xlsx_bench read FILE             every row of every sheet: rows, cells, numbers, CPU seconds, peak memory
//         xlsx_bench make FILE ROWS TEXTS  a sheet like those of statistical offices: key, name, year, seven figures;
//                                          TEXTS is "shared" or "inline"
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/xlsx/workbook.hpp"
#include "gateway/core/error.hpp"
#include "gateway/feed/zip_writer.hpp"
#include "gateway/io/file.hpp"

namespace {

constexpr std::string_view main_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view relation_ns =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr int names = 400;

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int read(std::string const& path) {
    gateway::io::MappedFile const file{path};
    auto const begin = cpu_seconds();
    adapters::xlsx::Workbook const book{file.view(), path};
    std::uint64_t rows = 0;
    std::uint64_t cells = 0;
    std::uint64_t numbers = 0;
    for (auto const& sheet : book.sheets())
        book.read(
            sheet,
            [&](adapters::xlsx::SheetRow const& row) {
                ++rows;
                cells += row.cells.size();
                for (auto const& cell : row.cells)
                    numbers += cell.kind == adapters::xlsx::SheetCell::Kind::number ? 1U : 0U;
            },
            [](gateway::Issue const& issue) { std::fprintf(stderr, "%s\n", issue.text.c_str()); });
    auto const seconds = cpu_seconds() - begin;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    // Pages of the mapped file count as memory of the process; they are the file's.
    std::printf("rows %llu\ncells %llu\nnumbers %llu\ncpu_s %.3f\ncells_per_s %.0f\npeak_kib %ld\n",
                static_cast<unsigned long long>(rows), static_cast<unsigned long long>(cells),
                static_cast<unsigned long long>(numbers), seconds, static_cast<double>(cells) / seconds,
                usage.ru_maxrss);
    return 0;
}

std::string name_of(int number) {
    return "Landkreis Nummer " + std::to_string(number) + ", Stadt &amp; Umland";
}

std::string row_xml(long row, bool shared) {
    auto const at = std::to_string(row);
    auto const name = static_cast<int>(row % names);
    auto text = "<row r=\"" + at + "\" spans=\"1:10\"><c r=\"A" + at + "\" s=\"1\"><v>" +
                std::to_string(100 + name) + "</v></c><c r=\"B" + at;
    text += shared ? "\" t=\"s\"><v>" + std::to_string(name) + "</v></c>"
                   : "\" t=\"inlineStr\"><is><t>" + name_of(name) + "</t></is></c>";
    text += "<c r=\"C" + at + "\"><v>" + std::to_string(2005 + row % 20) + "</v></c>";
    for (char column = 'D'; column <= 'G'; ++column)
        text += std::string{"<c r=\""} + column + at + "\" s=\"1\"><v>" +
                std::to_string(row * 7919 % 300000 + column) + "</v></c>";
    for (char column = 'H'; column <= 'J'; ++column)
        text += std::string{"<c r=\""} + column + at + "\" s=\"2\"><v>" + std::to_string(row * 31 % 99) +
                ".599999999999994</v></c>";
    return text + "</row>";
}

int make(std::string const& path, long rows, bool shared) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return 1;
    gateway::feed::ZipWriter zip{
        [file](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), file); }};
    auto const part = [](std::string_view root, std::string const& inside) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><" + std::string{root} + " xmlns=\"" +
               std::string{main_ns} + "\" xmlns:r=\"" + std::string{relation_ns} + "\">" + inside + "</" +
               std::string{root} + ">";
    };
    auto const relation = [](std::string const& id, std::string const& type, std::string const& target) {
        return "<Relationship Id=\"" + id + "\" Type=\"" + std::string{relation_ns} + "/" + type +
               "\" Target=\"" + target + "\"/>";
    };
    std::string const relations =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    std::string const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    zip.add("[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
            "Extension=\"rels\" "
            "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override "
            "PartName=\"/xl/workbook.xml\" ContentType=\"" +
                type + "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" +
                type + "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" + type +
                "styles+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"" + type +
                "sharedStrings+xml\"/></Types>");
    zip.add("_rels/.rels",
            relations + relation("rId1", "officeDocument", "xl/workbook.xml") + "</Relationships>");
    zip.add("xl/workbook.xml",
            part("workbook", "<sheets><sheet name=\"T\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"));
    zip.add("xl/_rels/workbook.xml.rels", relations + relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                                              relation("rId2", "styles", "styles.xml") +
                                              relation("rId3", "sharedStrings", "sharedStrings.xml") +
                                              "</Relationships>");
    zip.add("xl/styles.xml",
            part("styleSheet",
                 "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"0.0\"/></numFmts><fonts "
                 "count=\"1\"><font/></fonts><fills count=\"1\"><fill><patternFill/></fill></fills><borders "
                 "count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs "
                 "count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"1\"/><xf numFmtId=\"164\"/></cellXfs>"));
    std::string strings;
    for (int i = 0; i < names; ++i) strings += "<si><t>" + name_of(i) + "</t></si>";
    zip.add("xl/sharedStrings.xml", part("sst", strings));
    zip.begin("xl/worksheets/sheet1.xml");
    zip.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"" + std::string{main_ns} +
              "\"><sheetData>");
    for (long row = 1; row <= rows; ++row) zip.write(row_xml(row, shared));
    zip.write("</sheetData></worksheet>");
    zip.end();
    zip.finish();
    return std::fclose(file);
}

} // namespace

int main(int argc, char** argv) {
    std::string const action = argc > 1 ? argv[1] : "";
    try {
        if (action == "read" && argc == 3) return read(argv[2]);
        if (action == "make" && argc == 5)
            return make(argv[2], std::strtol(argv[3], nullptr, 10), std::string_view{argv[4]} == "shared");
    } catch (gateway::Error const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: xlsx_bench read FILE | make FILE ROWS shared|inline\n");
    return 2;
}
