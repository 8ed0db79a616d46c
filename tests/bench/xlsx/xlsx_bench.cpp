// Reads a workbook, or makes one to be read.
//
// Usage   xlsx_bench read FILE             every row of every sheet: rows, cells, numbers, CPU seconds, peak memory
//         xlsx_bench make FILE ROWS TEXTS [SHEETS]
//                                          a sheet like those of statistical offices: key, name, year, seven figures;
//                                          TEXTS is "shared", "inline", or "distinct": ten texts in each row, none twice
// Memory  private_kib is the highest RssAnon while reading: the mapped file and the temporary file of texts are the
//         system's
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
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

/// Highest private memory seen.
class Watch {
  public:
    void look() {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("RssAnon:")) kib = std::max(kib, std::strtol(line.c_str() + 8, nullptr, 10));
    }
    long kib = 0;
};

int read(std::string const& path) {
    gateway::io::MappedFile const file{path};
    auto const begin = cpu_seconds();
    Watch watch;
    adapters::xlsx::Workbook const book{file.view(), path};
    watch.look();
    std::uint64_t rows = 0;
    std::uint64_t cells = 0;
    std::uint64_t numbers = 0;
    for (auto const& sheet : book.sheets())
        book.read(
            sheet,
            [&](adapters::xlsx::SheetRow const& row) {
                if (++rows % 65'536 == 0) watch.look();
                cells += row.cells.size();
                for (auto const& cell : row.cells)
                    numbers += cell.kind == adapters::xlsx::SheetCell::Kind::number ? 1U : 0U;
            },
            [](gateway::Issue const& issue) { std::fprintf(stderr, "%s\n", issue.text.c_str()); });
    auto const seconds = cpu_seconds() - begin;
    watch.look();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf(
        "rows %llu\ncells %llu\nnumbers %llu\ncpu_s %.3f\ncells_per_s %.0f\npeak_kib %ld\nprivate_kib %ld\n",
        static_cast<unsigned long long>(rows), static_cast<unsigned long long>(cells),
        static_cast<unsigned long long>(numbers), seconds, static_cast<double>(cells) / seconds,
        usage.ru_maxrss, watch.kib);
    return 0;
}

std::string name_of(long number) {
    return "Landkreis Nummer " + std::to_string(number) + ", Stadt &amp; Umland";
}

enum class Texts { shared, inlined, distinct };

std::string distinct_row_xml(long row, long sheet, long rows) {
    std::string text = "<row r=\"" + std::to_string(row) + "\">";
    for (int column = 0; column < 10; ++column)
        text += std::string{"<c r=\""} + static_cast<char>('A' + column) + std::to_string(row) +
                "\" t=\"s\"><v>" + std::to_string((sheet * rows + row - 1) * 10 + column) + "</v></c>";
    return text + "</row>";
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

int make(std::string const& path, long rows, Texts texts, long sheets) {
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
    std::string sheet_types;
    std::string sheet_names;
    std::string sheet_relations;
    for (long sheet = 1; sheet <= sheets; ++sheet) {
        auto const number = std::to_string(sheet);
        sheet_types += "<Override PartName=\"/xl/worksheets/sheet" + number + ".xml\" ContentType=\"" + type +
                       "worksheet+xml\"/>";
        sheet_names +=
            "<sheet name=\"T" + number + "\" sheetId=\"" + number + "\" r:id=\"rSheet" + number + "\"/>";
        sheet_relations += relation("rSheet" + number, "worksheet", "worksheets/sheet" + number + ".xml");
    }
    zip.add("[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
            "Extension=\"rels\" "
            "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override "
            "PartName=\"/xl/workbook.xml\" ContentType=\"" +
                type + "sheet.main+xml\"/>" + sheet_types +
                "<Override PartName=\"/xl/styles.xml\" ContentType=\"" + type +
                "styles+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"" + type +
                "sharedStrings+xml\"/></Types>");
    zip.add("_rels/.rels",
            relations + relation("rId1", "officeDocument", "xl/workbook.xml") + "</Relationships>");
    zip.add("xl/workbook.xml", part("workbook", "<sheets>" + sheet_names + "</sheets>"));
    zip.add("xl/_rels/workbook.xml.rels",
            relations + sheet_relations + relation("rId2", "styles", "styles.xml") +
                relation("rId3", "sharedStrings", "sharedStrings.xml") + "</Relationships>");
    zip.add("xl/styles.xml",
            part("styleSheet",
                 "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"0.0\"/></numFmts><fonts "
                 "count=\"1\"><font/></fonts><fills count=\"1\"><fill><patternFill/></fill></fills><borders "
                 "count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs "
                 "count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"1\"/><xf numFmtId=\"164\"/></cellXfs>"));
    auto const begin = [&zip](std::string const& name, std::string const& root) {
        zip.begin(name);
        zip.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?><" + root + " xmlns=\"" + std::string{main_ns} +
                  "\">");
    };
    begin("xl/sharedStrings.xml", "sst");
    long const count = texts == Texts::distinct ? rows * sheets * 10 : names;
    for (long i = 0; i < count; ++i) zip.write("<si><t>" + name_of(i) + "</t></si>");
    zip.write("</sst>");
    zip.end();
    for (long sheet = 0; sheet < sheets; ++sheet) {
        begin("xl/worksheets/sheet" + std::to_string(sheet + 1) + ".xml", "worksheet");
        zip.write("<sheetData>");
        for (long row = 1; row <= rows; ++row)
            zip.write(texts == Texts::distinct ? distinct_row_xml(row, sheet, rows)
                                               : row_xml(row, texts == Texts::shared));
        zip.write("</sheetData></worksheet>");
        zip.end();
    }
    zip.finish();
    return std::fclose(file);
}

} // namespace

int main(int argc, char** argv) {
    std::string const action = argc > 1 ? argv[1] : "";
    try {
        if (action == "read" && argc == 3) return read(argv[2]);
        if (action == "make" && (argc == 5 || argc == 6)) {
            std::string_view const texts = argv[4];
            return make(argv[2], std::strtol(argv[3], nullptr, 10),
                        texts == "shared"   ? Texts::shared
                        : texts == "inline" ? Texts::inlined
                                            : Texts::distinct,
                        argc == 6 ? std::strtol(argv[5], nullptr, 10) : 1);
        }
    } catch (gateway::Error const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: xlsx_bench read FILE | make FILE ROWS shared|inline|distinct [SHEETS]\n");
    return 2;
}
