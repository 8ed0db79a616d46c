#include "adapters/jsonstat/jsonstat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/cube/cells_text.hpp"

namespace adapters::jsonstat {
namespace {

using cube_test::CellsText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Population of Goslar and Germany, 12411-01-01-4.
constexpr std::string_view population = R"({
 "version": "2.0", "class": "dataset", "label": "Bevölkerung", "source": "Regionaldatenbank", "updated": "2025-06-10",
 "id": ["content", "kreis", "zeit"], "size": [1, 2, 2],
 "role": {"time": ["zeit"], "geo": ["kreis"], "metric": ["content"]},
 "dimension": {
  "content": {"label": "Wert", "category": {"index": {"BEVSTD": 0}, "label": {"BEVSTD": "Bevölkerungsstand"},
              "unit": {"BEVSTD": {"label": "Anzahl", "decimals": 0}}}},
  "kreis": {"label": "Kreise", "category": {"index": ["03153", "16056"],
            "label": {"03153": "Goslar, Landkreis", "16056": "Eisenach"}, "child": {"03153": ["03153017"]}}},
  "zeit": {"label": "Stichtag", "category": {"index": {"2024-12-31": 1, "2023-12-31": 0}}}},
 "value": [127712, 126775, 41970, null],
 "status": {"3": "-", "0": "p"}})";

cube_test::Told read(std::string_view json, std::size_t dataset = 0, std::string const& geo = "") {
    CellsText sink;
    JsonStatFile{json, "x.json"}.read(dataset, sink, geo);
    return sink.told;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    text.replace(text.find(what), what.size(), with);
    return text;
}

TEST(JsonStat, ReadsRolesUnitsAndStatus) {
    JsonStatFile const file{population, "x.json"};
    ASSERT_THAT(file.datasets(), SizeIs(1));
    EXPECT_EQ(file.datasets()[0].label, "Bevölkerung");
    EXPECT_EQ(file.datasets()[0].values, 4U);
    auto const sink = read(population, 0, "KREISE");
    EXPECT_THAT(sink.lines, ElementsAre("STAG=2023-12-31 | BEVSTD [Anzahl] | KREISE=03153 | 127712 (p)",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | KREISE=03153 | 126775",
                                        "STAG=2023-12-31 | BEVSTD [Anzahl] | KREISE=16056 | 41970",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | KREISE=16056 | '-'"));
    EXPECT_EQ(sink.rows, 4U);
    EXPECT_THAT(sink.issues, IsEmpty());
}

TEST(JsonStat, ReadsSparseValuesAndLeavesTheRestOut) {
    auto const sink = read(
        replaced(std::string{population}, "[127712, 126775, 41970, null]", R"({"3": null, "1": 126775})"));
    EXPECT_THAT(sink.lines, ElementsAre("STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=03153 | 126775",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=16056 | '-'"));
    EXPECT_EQ(sink.rows, 2U);
}

TEST(JsonStat, ReadsSparseValuesInWhateverOrderTheyStand) {
    auto const dense = read(population).lines;
    for (std::string_view const values : {R"({"0":127712,"1":126775,"2":41970,"3":null})",
                                          R"({ "2" : 41970 , "3":null,"0": 127712,"1":126775 })",
                                          R"({"\u0030":127712,
 "3":null, "1" :126775,"2"
: 41970})"})
        for (std::string_view const status : {R"({"3": "-", "0": "p"})", R"({"0":"p","3":"-"})",
                                              R"({"0":"p","1":7,"2":[1,{"a":"]"}],"3":"-"})"}) {
            auto const text =
                replaced(replaced(std::string{population}, "[127712, 126775, 41970, null]", values),
                         R"({"3": "-", "0": "p"})", status);
            EXPECT_EQ(read(text).lines, dense) << text;
        }
    EXPECT_THAT(read(replaced(std::string{population}, "[127712, 126775, 41970, null]", "{ }")).lines,
                IsEmpty());
}

TEST(JsonStat, NeverMakesANumberOfNullTextOrQuotedDigits) {
    auto const sink = read(replaced(
        replaced(std::string{population}, "[127712, 126775, 41970, null]", R"([null, "..", "5", true])"),
        R"("status")", R"("note")"));
    EXPECT_THAT(sink.lines, ElementsAre("STAG=2023-12-31 | BEVSTD [Anzahl] | kreis=03153 | nothing",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=03153 | '..'"));
    ASSERT_THAT(sink.issues, SizeIs(2));
    EXPECT_EQ(sink.issues[0].text,
              "the number '5' stands in quotes (content=BEVSTD, kreis=16056, zeit=2023-12-31)");
    EXPECT_EQ(sink.issues[1].position.line, 4U);
    EXPECT_EQ(sink.rows, 4U);
}

TEST(JsonStat, ReadsValuesAndStatusInPlaceWhateverStandsInThem) {
    auto const sink = read(replaced(replaced(std::string{population}, "[127712, 126775, 41970, null]",
                                             R"([ -1.5e1 ,"\u002e\"",[[1,"]"],{"a":"}\""}],	null ])"),
                                    R"({"3": "-", "0": "p"})", R"(["p", null, 7, "\u002d"])"));
    EXPECT_THAT(sink.lines, ElementsAre("STAG=2023-12-31 | BEVSTD [Anzahl] | kreis=03153 | -15 (p)",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=03153 | '.\"'",
                                        "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=16056 | '-'"));
    ASSERT_THAT(sink.issues, SizeIs(1));
    EXPECT_EQ(sink.issues[0].text,
              "a value that is neither number, text nor null (content=BEVSTD, kreis=16056, zeit=2023-12-31)");
    EXPECT_EQ(sink.rows, 4U);
}

TEST(JsonStat, TakesCodesCalledValueAndStatusForCodes) {
    auto const json = replaced(replaced(std::string{population}, R"("index": ["03153", "16056"])",
                                        R"("index": ["value", "status"])"),
                               R"("child": {"03153": ["03153017"]})", R"("child": {"value": ["status"]})");
    EXPECT_THAT(read(json).lines, ElementsAre("STAG=2023-12-31 | BEVSTD [Anzahl] | kreis=value | 127712 (p)",
                                              "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=value | 126775",
                                              "STAG=2023-12-31 | BEVSTD [Anzahl] | kreis=status | 41970",
                                              "STAG=2024-12-31 | BEVSTD [Anzahl] | kreis=status | '-'"));
}

TEST(JsonStat, ReadsBundlesOfVersionOneByName) {
    constexpr std::string_view bundle =
        R"({"oecd": {"label": "Arbeitslose", "value": [5.4, 6.1], "status": "e",
        "dimension": {"id": ["year", "area"], "size": [2, 1], "role": {"time": ["year"]},
         "year": {"category": {"index": {"2004": 1, "2003": 0}}},
         "area": {"category": {"label": {"DE": "Deutschland"}}}}}})";
    JsonStatFile const file{bundle, "x.json"};
    ASSERT_THAT(file.datasets(), SizeIs(1));
    EXPECT_EQ(file.datasets()[0].name, "oecd");
    EXPECT_THAT(read(bundle).lines, ElementsAre("JAHR=2003 | oecd [] | area=DE | 5.4 (e)",
                                                "JAHR=2004 | oecd [] | area=DE | 6.1 (e)"));
}

TEST(JsonStat, ReadsDatasetsInsideCollectionsAndListsLinks) {
    auto const collection = R"({"version":"2.0","class":"collection","link":{"item":[)" +
                            std::string{population} +
                            R"(,{"class":"dataset","href":"https://json-stat.org/samples/oecd.json"}]}})";
    JsonStatFile const file{collection, "x.json"};
    EXPECT_THAT(file.datasets(), SizeIs(1));
    EXPECT_THAT(file.links(), ElementsAre("https://json-stat.org/samples/oecd.json"));
    EXPECT_THAT(read(collection).lines, SizeIs(4));
}

TEST(JsonStat, IsToldFromOtherJson) {
    EXPECT_TRUE(looks_like_jsonstat(population));
    EXPECT_FALSE(looks_like_jsonstat(R"({"Ident": {"Service": "data"}, "Status": {"Code": 104}})"));
    EXPECT_FALSE(looks_like_jsonstat("[1]"));
    EXPECT_FALSE(looks_like_jsonstat(""));
}

struct Hostile {
    char const* name;
    std::string json;
    std::string begins; ///< of "code: text"
};

class JsonStatHostile : public ::testing::TestWithParam<Hostile> {};

TEST_P(JsonStatHostile, IsRefusedWithCodeAndPlace) {
    auto const said = cube_test::error_of([&] { read(GetParam().json); });
    EXPECT_EQ(said.substr(0, GetParam().begins.size()), GetParam().begins);
}

std::string with(std::string_view what, std::string_view replacement) {
    return replaced(std::string{population}, what, replacement);
}

INSTANTIATE_TEST_SUITE_P(
    , JsonStatHostile,
    ::testing::Values(
        Hostile{"Empty", "", "empty_document: x.json: the file is empty"},
        Hostile{"Array", "[]", "not_a_table: x.json: JSON, but no object"},
        Hostile{"OtherJson", R"({"a": 1})", "not_a_table: x.json: JSON, but no JSON-stat dataset in it"},
        Hostile{"CutOff", std::string{population.substr(0, 700)}, "truncated: x.json:10:71:"},
        Hostile{"Garbage", "{\n  \"a\": 1,\n  nonsense}", "malformed: x.json:3:3: Missing a name"},
        Hostile{"TextBehind", "{}\n x", "malformed: x.json:2:2: text behind the end"},
        Hostile{"Latin1", "{\"a\": \"\xFC\"}", "wrong_charset: x.json:1:8:"},
        Hostile{"Deep", std::string(100000, '['), "malformed: x.json:1:201: nested deeper"},
        Hostile{"DimensionOnly", R"({"class": "dimension", "category": {"index": ["a"]}})",
                "not_a_table: x.json: a JSON-stat dimension"},
        Hostile{"NoValue", with("\"value\"", "\"values\""), "malformed: x.json: a dataset without value"},
        Hostile{"TooFewValues", with("41970, null", "41970"),
                "truncated: x.json.value: 3 values where the sizes make 4"},
        Hostile{"TooManyValues", with("null]", "null, 1]"),
                "malformed: x.json.value: 5 values where the sizes make 4"},
        Hostile{"ValueIsText", with("[127712, 126775, 41970, null]", "\"x\""),
                "malformed: x.json.value: neither"},
        Hostile{"SparseOutside", with("[127712, 126775, 41970, null]", "{\"4\": 1}"),
                "malformed: x.json.value: '4' is no number from 0 to 3"},
        Hostile{"SparseTwice", with("[127712, 126775, 41970, null]", "{\"1\": 1, \"1\": 2}"),
                "duplicate_key: x.json.value: 1 stands twice"},
        Hostile{"SizeLies", with("\"size\": [1, 2, 2]", "\"size\": [1, 2, 3]"),
                "malformed: x.json.dimension.zeit.category: 2 categories where size says 3"},
        Hostile{"SizeHuge", with("\"size\": [1, 2, 2]", "\"size\": [1, 18446744073709551616, 2]"),
                "malformed: x.json: id or size 1"},
        Hostile{"SizeNegative", with("\"size\": [1, 2, 2]", "\"size\": [1, -2, 2]"),
                "malformed: x.json: id or size 1"},
        Hostile{"DimensionMissing", with("\"kreis\": {", "\"kreise\": {"),
                "malformed: x.json.dimension: dimension 'kreis' is not described"},
        Hostile{"DimensionTwice",
                with("[\"content\", \"kreis\", \"zeit\"]", "[\"content\", \"zeit\", \"zeit\"]"),
                "duplicate_key: x.json: dimension 'zeit' stands twice"},
        Hostile{"CodeTwice", with("[\"03153\", \"16056\"]", "[\"03153\", \"03153\"]"),
                "duplicate_key: x.json.dimension.kreis.category: code '03153' stands twice"},
        Hostile{"PlaceTwice", with("\"2024-12-31\": 1", "\"2024-12-31\": 0"),
                "malformed: x.json.dimension.zeit.category.index: '2023-12-31' has no place of its own"},
        Hostile{"RoleOfNobody", with("\"time\": [\"zeit\"]", "\"time\": [\"jahr\"]"),
                "malformed: x.json.role.time: 'jahr' is no dimension"},
        Hostile{"TwoTimes",
                with("\"time\": [\"zeit\"], \"geo\": [\"kreis\"]", "\"time\": [\"zeit\", \"kreis\"]"),
                "structure_changed: x.json: dimensions 'kreis' and 'zeit' both have the role of time"},
        Hostile{"ChildOfNobody", with("\"child\": {\"03153\"", "\"child\": {\"03154\""),
                "malformed: x.json.dimension.kreis.category.child: '03154' is no category"},
        Hostile{"StatusTooShort", with(R"({"3": "-", "0": "p"})", R"(["a", "b"])"),
                "malformed: x.json.status: 2 of 4"},
        Hostile{"MemberTwice", with("\"version\"", "\"class\""),
                "duplicate_key: x.json: 'class' stands twice"},
        Hostile{"OnlyLinks",
                R"({"class":"collection","link":{"item":[{"class":"dataset","href":"https://a/b"}]}})",
                "empty_document: x.json: the collection holds no dataset, only 1 links"}),
    [](auto const& tested) { return std::string{tested.param.name}; });

TEST(JsonStat, SetsAsideWhatHasMoreDigitsThanAreKept) {
    auto const sink = read(with("127712", "1e40"));
    EXPECT_THAT(sink.lines, SizeIs(3));
    ASSERT_THAT(sink.issues, SizeIs(1));
    EXPECT_EQ(sink.issues[0].code, gateway::Errc::overflow);
    EXPECT_EQ(sink.rows, 4U);
}

} // namespace
} // namespace adapters::jsonstat
