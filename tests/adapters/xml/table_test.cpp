#include "adapters/xml/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/xml/paths.hpp"
#include "tests/adapters/cube/cells_text.hpp"

namespace adapters::xml {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using From = gateway::Place::From;

gateway::Place path(std::string text) {
    gateway::Place place;
    place.from = From::column;
    place.headers = {std::move(text)};
    return place;
}

gateway::Layout layout(std::string const& value = "value") {
    gateway::Layout feed;
    feed.feed = "probe";
    feed.format = "xml";
    feed.record = "/feed/series/obs";
    feed.decimal = '.';
    feed.thousands = '\x01';
    feed.time = path("@year");
    feed.measure.from = From::constant;
    feed.measure.text = "BEVSTD";
    feed.unit = path("value/@unit");
    gateway::LayoutDimension area;
    area.variable = "KREISE";
    area.place = path("../@geo");
    gateway::LayoutDimension sex;
    sex.variable = "GES";
    sex.place = path("../sex");
    feed.dimensions = {area, sex};
    gateway::LayoutValue figures;
    figures.headers = {value};
    feed.values = {figures};
    return feed;
}

constexpr std::string_view feed =
    "<?xml version=\"1.0\"?>\n<feed xmlns:m=\"urn:m\">\n <about>test &amp; more</about>\n"
    " <series geo=\"03153\">\n  <sex>GESM</sex>\n"
    "  <obs year=\"2023\"><value unit=\"Anzahl\">62895</value></obs>\n"
    "  <obs year=\"2024\"><m:value unit=\"Anzahl\"><![CDATA[62494]]></m:value></obs>\n"
    " </series>\n <series geo=\"01056\">\n"
    "  <obs year=\"2024\"><value unit=\"Anzahl\">.</value></obs>\n </series>\n</feed>\n";

cube_test::Told read(std::string_view bytes, gateway::Layout const& described) {
    cube_test::CellsText sink;
    read_table(bytes, "x.xml", described, sink);
    return sink.told;
}

TEST(XmlTable, ReadsRecordsWithTheirAncestors) {
    auto const told = read(feed, layout());
    EXPECT_THAT(told.lines, ElementsAre("JAHR=2023 | BEVSTD [Anzahl] | KREISE=03153 | GES=GESM | 62895",
                                        "JAHR=2024 | BEVSTD [Anzahl] | KREISE=03153 | GES=GESM | 62494",
                                        "JAHR=2024 | BEVSTD [Anzahl] | KREISE=01056 | GES= | '.'"));
    EXPECT_EQ(told.rows, 3U);
}

TEST(XmlTable, TakesAnyXPath) {
    EXPECT_THAT(read(feed, layout("*[local-name()='value'][@unit='Anzahl']")).lines, SizeIs(3));
}

TEST(XmlTable, SetsARecordAsideWhosePathFitsTwoNodes) {
    std::string bytes{feed};
    bytes.replace(bytes.find("62895</value>"), 13, "1</value><value>2</value>");
    auto const told = read(bytes, layout());
    EXPECT_THAT(told.lines, SizeIs(2));
    EXPECT_EQ(told.rows, 3U);
    ASSERT_THAT(told.issues, SizeIs(1));
    EXPECT_EQ(told.issues[0].position.line, 6U);
    EXPECT_THAT(told.issues[0].text, HasSubstr("'value' fits 2 nodes"));
}

TEST(XmlTable, ReadsTheSameHoweverTheDocumentArrives) {
    for (std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
        cube_test::CellsText sink;
        read_table(
            [step] {
                return gateway::io::XmlSource{
                    [step, at = std::size_t{0}](char* into, std::size_t room) mutable {
                        auto const piece = feed.substr(at, std::min(step, room));
                        piece.copy(into, piece.size());
                        at += piece.size();
                        return piece.size();
                    }};
            },
            "x.xml", layout(), sink);
        EXPECT_EQ(sink.told.lines, read(feed, layout()).lines) << step;
    }
}

TEST(XmlRecordPath, FitsAbsoluteAndRelativePaths) {
    using Names = std::vector<std::string>;
    EXPECT_TRUE(RecordPath{"/a/b"}.fits(Names{"a", "x:b"}));
    EXPECT_FALSE(RecordPath{"/a/b"}.fits(Names{"c", "a", "b"}));
    EXPECT_TRUE(RecordPath{"//b"}.fits(Names{"c", "a", "b"}));
    EXPECT_TRUE(RecordPath{"a/*"}.fits(Names{"c", "a", "b"}));
    EXPECT_FALSE(RecordPath{"/a/y:b"}.fits(Names{"a", "x:b"}));
}

struct Hostile {
    char const* name;
    std::string bytes;
    std::string begins;
};

class XmlHostile : public ::testing::TestWithParam<Hostile> {};

TEST_P(XmlHostile, IsRefusedWithCodeLineAndColumn) {
    auto const said = cube_test::error_of([&] { read(GetParam().bytes, layout()); });
    EXPECT_EQ(said.substr(0, GetParam().begins.size()), GetParam().begins);
}

std::string with(std::string_view what, std::string_view replacement) {
    std::string bytes{feed};
    bytes.replace(bytes.find(what), what.size(), replacement);
    return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    , XmlHostile,
    ::testing::Values(
        Hostile{"NoRecord", "<feed><a/></feed>",
                "structure_changed: x.xml: no element fits the record path '/feed/series/obs'; the document "
                "has /feed, /feed/a"},
        Hostile{"Empty", "", "empty_document: x.xml"},
        Hostile{"SecondRoot", std::string{feed} + "<x/>", "malformed: x.xml:13:1"},
        Hostile{"Dtd", with("<feed", "<!DOCTYPE feed [<!ENTITY a \"aaaa\">]>\n<feed"),
                "malformed: x.xml:2:1"},
        Hostile{"UnknownEntity", with("GESM", "&gesm;"), "malformed: x.xml:5:"},
        Hostile{"AttributeTwice", with("geo=\"03153\"", "geo=\"03153\" geo=\"1\""), "malformed: x.xml:4:"},
        Hostile{"WrongEnd", with("</series>", "</serie>"), "malformed: x.xml:8:"},
        Hostile{"CutOff", std::string{feed.substr(0, 200)}, "truncated: x.xml:"},
        Hostile{"NotUtf8", with("test", "t\xFCst"), "wrong_charset: x.xml:3:"},
        Hostile{"ControlCharacter", with("test", "t\x01st"), "malformed: x.xml:3:"},
        Hostile{"UndeclaredPrefix",
                with("<m:value unit=\"Anzahl\"><![CDATA[62494]]></m:value>", "<n:value/>"),
                "malformed: x.xml:7:"},
        Hostile{"LessThanInAttribute", with("geo=\"03153\"", "geo=\"<03153\""), "malformed: x.xml:4:"},
        Hostile{"RecordTooLong", with("62895", std::string(std::size_t{17} << 20U, '1')),
                "too_large: x.xml:6:"}),
    [](auto const& tested) { return std::string{tested.param.name}; });

TEST(XmlRefusals, RefusesDepth) {
    std::string deep = "<feed><series><obs>";
    for (int i = 0; i < 300; ++i) deep += "<a>";
    EXPECT_EQ(cube_test::error_of([&] { read(deep, layout()); }).substr(0, 18), "too_large: x.xml:1");
}

TEST(XmlRefusals, RefusesPathsThatAreNone) {
    EXPECT_THAT(cube_test::error_of([&] { read(feed, layout("value[")); }),
                HasSubstr("invalid_argument: path 'value['"));
    auto wrong = layout();
    wrong.record = "/feed//obs";
    EXPECT_THAT(cube_test::error_of([&] { read(feed, wrong); }), HasSubstr("an empty step"));
    wrong.record = "/feed/obs[1]";
    EXPECT_THAT(cube_test::error_of([&] { read(feed, wrong); }), HasSubstr("the step 'obs[1]'"));
}

} // namespace
} // namespace adapters::xml
