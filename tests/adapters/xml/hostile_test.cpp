// Hostile XML, made by a generator: every defect in every record, with the code, the line and the column that it must
// be found at. No record before it is lost, none behind it is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/xml/table.hpp"
#include "tests/adapters/cube/cells_text.hpp"

namespace adapters::xml {
namespace {

constexpr std::size_t records = 8;
constexpr std::size_t first_line = 4;

std::string record(std::size_t number) {
    return "    <obs y=\"" + std::to_string(2010 + number) + "\"><v u=\"Anzahl\">" +
           std::to_string(100 + number) + "</v></obs>\n";
}

/// A feed whose record `at` is `text`.
std::string feed_with(std::size_t at, std::string const& text) {
    std::string feed = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed>\n  <series geo=\"03153\">\n";
    for (std::size_t i = 0; i < records; ++i) feed += i == at ? text : record(i);
    return feed + "  </series>\n</feed>\n";
}

struct Defect {
    char const* name;
    char const* what; ///< text of the record
    char const* with; ///< what takes its place
    char const* code;
    std::size_t column; ///< where it must be found, from 1
};

constexpr Defect defects[] = {
    {"unknown entity in a text", "</v>", "&nbsp;</v>", "malformed", 36},
    {"unknown entity in an attribute", "Anzahl", "&auml;", "malformed", 25},
    {"reference without end", "</v>", "&#49</v>", "malformed", 36},
    {"reference to a character that XML lacks", "</v>", "&#1;</v>", "malformed", 36},
    {"attribute twice", " u=", " u=\"a\" u=", "malformed", 28},
    {"attribute without value", " u=\"Anzahl\"", " u", "malformed", 23},
    {"attribute without quotation marks", "\"Anzahl\"", "Anzahl", "malformed", 24},
    {"less-than in an attribute", "Anzahl", "<", "malformed", 25},
    {"no blank between attributes", "\"Anzahl\"", "\"a\"w=\"b\"", "malformed", 27},
    {"end tag of another element", "</v>", "</w>", "malformed", 36},
    {"end tag too many", "</v>", "</v></v>", "malformed", 40},
    {"undeclared prefix", "<v u=\"Anzahl\">", "<p:v>", "malformed", 20},
    {"control character", "</v>", "\x01</v>", "malformed", 36},
    {"bytes that are no UTF-8", "</v>", "\xFC</v>", "wrong_charset", 36},
    {"overlong UTF-8", "</v>", "\xC0\xAF</v>", "wrong_charset", 36},
    {"document type", "<v u", "<!DOCTYPE v><v u", "malformed", 19},
    {"two hyphens in a comment", "<v u", "<!-- a -- b --><v u", "malformed", 26},
    {"name that begins with a digit", "<v u=\"Anzahl\">", "<1v>", "malformed", 19},
    {"end of CDATA in a text", "</v>", "]]></v>", "malformed", 36},
};

gateway::Layout layout() {
    gateway::Layout layout;
    layout.feed = "hostile";
    layout.format = "xml";
    layout.record = "/feed/series/obs";
    layout.decimal = '.';
    layout.thousands = '\x01';
    auto const column = [](char const* path) {
        gateway::Place place;
        place.from = gateway::Place::From::column;
        place.headers = {path};
        return place;
    };
    layout.time = column("@y");
    layout.unit = column("v/@u");
    layout.measure.from = gateway::Place::From::constant;
    layout.measure.text = "BEVSTD";
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place = column("../@geo");
    layout.dimensions.push_back(area);
    gateway::LayoutValue value;
    value.headers = {"v"};
    layout.values.push_back(value);
    return layout;
}

TEST(XmlHostileRecords, EachDefectInEachRecordIsNamedWithCodeLineAndColumn) {
    std::size_t files = 0;
    for (auto const& defect : defects)
        for (std::size_t at = 0; at < records; ++at) {
            auto text = record(at);
            text.replace(text.find(defect.what), std::string_view{defect.what}.size(), defect.with);
            auto const bytes = feed_with(at, text);
            auto const said = cube_test::error_of([&] {
                cube_test::CellsText sink;
                read_table(bytes, "x.xml", layout(), sink);
            });
            auto const wanted = std::string{defect.code} + ": x.xml:" + std::to_string(first_line + at) +
                                ":" + std::to_string(defect.column) + ": ";
            EXPECT_EQ(said.substr(0, wanted.size()), wanted) << defect.name << ": " << said;
            ++files;
        }
    EXPECT_EQ(files, std::size(defects) * records);
    RecordProperty("files", static_cast<int>(files));
}

TEST(XmlHostileRecords, TheSoundFeedIsReadWhole) {
    cube_test::CellsText sink;
    read_table(feed_with(records, {}), "x.xml", layout(), sink);
    EXPECT_EQ(sink.told.lines.size(), records);
}

} // namespace
} // namespace adapters::xml
