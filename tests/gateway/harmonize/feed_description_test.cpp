// Feed descriptions: what they say, and where a fault in one is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_description.hpp"

namespace {

using namespace gateway;
using namespace gateway::harmonize;
using testing::ElementsAre;
using testing::HasSubstr;

MappingFiles files() {
    return MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

FeedDescription parse(std::string const& text) {
    return parse_feed(files(), "own.toml", text, "nobody");
}

std::string fault_of(std::string const& text) {
    try {
        (void)parse(text);
    } catch (Error const& error) {
        return error.what();
    }
    return {};
}

std::string const head = "origin = \"a publication of somebody\"\ndate = 2026-01-01\n";
std::string const value = "[[layout.value]]\ncolumns = [\"Wert\"]\n";

TEST(FeedDescription, SaysHowATableBecomesCells) {
    auto const feed = parse(head + R"(source.files = ["a*.csv"]
[layout]
decimal = ","
thousands = "."
header_rows = 2
csv = { delimiter = "tab", quote = "none", charset = "windows-1252" }
time = { column = "Jahr", before = " / " }
measure = { text = "BEV", of_unit = { Prozent = "QUOTE" } }
unit.header_row = 2
ignore = ["Nr."]
[[layout.dimension]]
variable = "KREISE"
column = "Key"
name = "Name"
prefixes = ["K"]
missing = ["", "#NV"]
list = "areas"
[[layout.value]]
columns = ["Wert*"]
codes = { GES = "GESM" }
decimals = 1
[[layout.row]]
kind = "end"
match = ["____*"]
[[layout.refuse]]
when = { Jahr = ["2014"] }
why = "before the merger"
[list.areas]
03153 = ["Goslar", "LK Goslar"]
)");
    auto const& layout = feed.layout;
    EXPECT_EQ(feed.files, std::vector<std::string>{"a*.csv"});
    EXPECT_EQ(layout.decimal, ',');
    EXPECT_EQ(layout.thousands, '.');
    EXPECT_EQ(layout.csv.delimiter, '\t');
    EXPECT_EQ(layout.csv.quote, '\x01');
    EXPECT_EQ(layout.time.before, " / ");
    EXPECT_EQ(layout.measure_of_unit.at("Prozent"), "QUOTE");
    EXPECT_EQ(layout.unit.from, Place::From::header);
    ASSERT_EQ(layout.dimensions.size(), 1U);
    EXPECT_THAT(layout.dimensions[0].names.at("03153"), ElementsAre("Goslar", "LK Goslar"));
    EXPECT_THAT(layout.dimensions[0].missing, ElementsAre("", "#NV"));
    EXPECT_EQ(layout.values[0].decimals, 1);
    EXPECT_EQ(layout.rows[0].kind, LayoutRow::Kind::end);
    EXPECT_EQ(layout.defects[0].when[0].first, "Jahr");
    EXPECT_EQ(layout.header_rows, 2U);
}

TEST(FeedDescription, NamesFileLineAndColumnOfAFault) {
    EXPECT_THAT(fault_of(head + "[layout]\ndecimal = \";\"\n" + value),
                HasSubstr("own.toml:4:11: found the text ';'"));
    EXPECT_THAT(fault_of(head + "[layout]\ntime = { column = \"a\", text = \"b\" }\n" + value),
                HasSubstr("own.toml:4"));
    EXPECT_THAT(fault_of(head + "[layout]\ndecimal = \",\"\nthousands = \",\"\n" + value),
                HasSubstr("the same mark"));
    EXPECT_THAT(fault_of(head + "[layout]\n[[layout.dimension]]\ncolumn = \"a\"\n" + value),
                HasSubstr("without a variable"));
    EXPECT_THAT(fault_of(head + "[layout]\n[[layout.dimension]]\nuse = \"nothing\"\n" + value),
                HasSubstr("the preset 'nothing'"));
    EXPECT_THAT(fault_of(head + "[layout]\n[[layout.dimension]]\nvariable = \"K\"\nlist = \"x\"\n" + value),
                HasSubstr("the list 'x'"));
    EXPECT_THAT(fault_of(head + "[layout]\ndecimal = \",\"\n"), HasSubstr("without columns of figures"));
    EXPECT_THAT(fault_of(head + "[layout]\npolicy = { value = \"drop_value\" }\n" + value),
                HasSubstr("dropped_sign"));
    EXPECT_THAT(fault_of("date = 2026-01-01\n" + value), HasSubstr("own.toml:1:1"));
    EXPECT_THAT(fault_of(head + "[layout]\nunknwon = 1\n" + value), HasSubstr("unknwon"));
}

TEST(FeedDescription, RefusesAnUmlautInABareKey) {
    // Found by fuzzing: the TOML library has undefined behaviour there.
    EXPECT_THAT(fault_of(head + "Länder = 1\n" + value),
                HasSubstr("own.toml:3:2: found a letter beyond ASCII outside quotation marks"));
    EXPECT_EQ(fault_of(head + "note = \"Länder # \\\" ä\" # ö\n" + value), "");
    EXPECT_EQ(fault_of(head + "note = \'\'\'ä\n\' \"ö\'\'\'\n" + value), "");
}

TEST(FeedDescription, OfEveryFeedInTheFolderCanBeRead) {
    auto const all = list_feeds(files());
    EXPECT_GE(all.size(), 34U);
    for (auto const& ref : all) {
        auto const feed = load_feed(files(), ref);
        EXPECT_FALSE(feed.title.empty()) << ref.feed;
        EXPECT_FALSE(feed.files.empty()) << ref.feed;
        EXPECT_FALSE(feed.layout.values.empty()) << ref.feed;
    }
    EXPECT_TRUE(has_feed(files(), {"lsn", "1-1-1"}));
    EXPECT_FALSE(has_feed(files(), {"lsn", "9-9-9"}));
    EXPECT_FALSE(has_feed(files(), {"genesis", "12411-0001"}));
}

TEST(FeedDescription, GivesItsTextsTheCodesOfTheCommonSchema) {
    auto const mapping = Mapping::load(files(), "lsn", "2-1-1", "feed:2-1-1", 20'000);
    EXPECT_EQ(mapping.map_code("GES", "männlich").code, "M");
    EXPECT_THAT(mapping.map_code("GES", "männlich").rule, HasSubstr("mappings/feeds/lsn.toml:"));
    EXPECT_EQ(mapping.map_code("KREISE", "03153").area.level, AreaLevel::county);
    EXPECT_EQ(mapping.map_code("KREISE", "03241999").area.level, AreaLevel::subunit);
    EXPECT_EQ(mapping.map_measure("AZR", "Anzahl").unit, "PS");
    EXPECT_EQ(mapping.sign("#NV").reason, MissingReason::unknown);
    EXPECT_EQ(mapping.dataset(*TimePeriod::year(2024), {}, {}).id, "LSN_2-1-1");
    EXPECT_THAT(mapping.bundle(), HasSubstr("feeds/lsn/2-1-1.toml"));
}

} // namespace
