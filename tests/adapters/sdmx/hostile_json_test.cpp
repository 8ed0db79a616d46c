// SDMX-JSON that breaks a rule.
#include <gtest/gtest.h>

#include "told.hpp"

namespace {

using adapters::sdmx::DocumentKind;
using adapters::sdmx::test::error_of;

struct Case {
    char const* name;
    std::string document;
    char const* expected;
};

constexpr std::string_view structure =
    R"("structure":{"dimensions":{"series":[{"id":"A","values":[{"id":"a"},{"id":"b"}]}],)"
    R"("observation":[{"id":"TIME_PERIOD","values":[{"id":"2023"},{"id":"2024"}]}]},)"
    R"("attributes":{"observation":[{"id":"OBS_STATUS","values":[{"id":"A"}]}]}})";

std::string message(std::string_view sets) {
    return "{\"data\":{" + std::string{structure} + ",\n\"dataSets\":" + std::string{sets} + "}}";
}
std::string observations(std::string_view list) {
    return message("[{\"series\":{\"0\":{\"observations\":\n" + std::string{list} + "}}}]");
}

std::vector<Case> cases() {
    std::string deep = "{\"data\":";
    for (int i = 0; i < 2000; ++i) deep += "[";
    return {
        {"no object", "[1]", "not_a_table f:1:1:"},
        {"an empty object", "{}", "not_a_table f:1:1: no SDMX-JSON data message"},
        {"data sets without structure", "{\"data\":{\"dataSets\":[{}]}}", "not_a_table f:1:1:"},
        {"cut", message("[{\"series\":").substr(0, 40), "truncated f:1:41:"},
        {"no value", "{\"data\":}", "malformed f:1:9: no JSON value"},
        {"a comma too many", "{\"data\":{\"structure\":{},}}",
         "malformed f:1:25: the name of an object member"},
        {"a missing colon", "{\"data\" 1}", "malformed f:1:9: ':' is missing"},
        {"two documents", message("[]") + "{}", "malformed f:2:16:"},
        {"not UTF-8", "{\"data\":{\"structure\":{\"name\":\"M\xFC\"}}}",
         "malformed f:1:32: bytes that are not UTF-8"},
        {"half a surrogate pair", "{\"a\":\"\\uD800\"}", "malformed f:1:7: half of a surrogate pair"},
        {"two thousand brackets", deep, "too_large f:1:72:"},
        {"a data set that is no object", message("[1]"), "malformed f:1:1: a data set that is no object"},
        {"an unknown action", message("[{\"action\":\"Drop\"}]"), "malformed f:1:1: action 'Drop'"},
        {"a structure that is not there", message("[{\"structure\":7}]"),
         "malformed f:1:1: a data set refers to structure 7"},
        {"an observation index out of range", observations("{\"2\":[1]}"),
         "malformed f:3:8: index 2 of TIME_PERIOD"},
        {"a series index out of range", message("[{\"series\":{\"5\":{}}}]"),
         "malformed f:2:28: index 5 of A"},
        {"a negative index", observations("{\"-1\":[1]}"), "malformed f:3:9: index -1"},
        {"an index that is no number", observations("{\"x\":[1]}"), "malformed f:3:8: index x"},
        {"a key with too many places", observations("{\"0:1\":[1]}"), "malformed f:3:10: key '0:1'"},
        {"a key with too few places", message("[{\"observations\":{\"0\":[1]}}]"),
         "malformed f:2:36: key '0'"},
        {"an attribute index out of range", observations("{\"0\":[1,3]}"),
         "malformed f:3:10: index 3 of OBS_STATUS"},
        {"an object as observation", observations("{\"0\":{}}"),
         "malformed f:3:6: observation 0 is no array"},
        {"a number as observation", observations("{\"0\":5}"), "malformed f:3:7: "},
        {"an object in an observation", observations("{\"0\":[{}]}"),
         "malformed f:3:7: an object in an observation"},
        {"an array as series", message("[{\"series\":[]}]"), "malformed f:2:23: an array where"},
        {"arrays in arrays", observations("{\"0\":[1,[[0]]]}"), "malformed f:3:10: an array in an array"},
        {"two values as one measure", observations("{\"0\":[[1,2]]}"), "malformed f:3:12: several values"},
        {"data sets twice",
         "{\"data\":{" + std::string{structure} + ",\"dataSets\":[{}],\"dataSets\":[{},{}]}}",
         "malformed f:1:271:"},
        {"a data set dimension with two values",
         R"({"data":{"structure":{"dimensions":{"dataSet":[{"id":"F","values":[{"id":"A"},{"id":"M"}]}],"observation":[]}},"dataSets":[{"observations":{}}]}})",
         "malformed f:1:124:"},
        {"a group key with too many places", message("[{\"dimensionGroupAttributes\":{\"0:0:0:0\":[0]}}]"),
         "malformed f:2:13:"},
        {"a group key that names nothing", message("[{\"dimensionGroupAttributes\":{\":\":[0]}}]"),
         "malformed f:2:13:"},
    };
}

TEST(HostileJson, EndsInAnErrorThatNamesCodeLineAndColumn) {
    EXPECT_GE(cases().size(), 30U);
    RecordProperty("files", static_cast<int>(cases().size()));
    for (auto const& [name, document, expected] : cases()) {
        auto const found = error_of(DocumentKind::json, document);
        EXPECT_EQ(found.substr(0, std::string_view{expected}.size()), expected) << name << ": " << found;
    }
}

TEST(HostileJson, ASoundMessageCutAnywhereIsNeverRead) {
    auto const sound = observations("{\"0\":[1.50,0],\"1\":[null]}");
    EXPECT_EQ(error_of(DocumentKind::json, sound), "read");
    for (std::size_t size = 0; size < sound.size(); ++size)
        EXPECT_NE(error_of(DocumentKind::json, std::string_view{sound}.substr(0, size)), "read") << size;
}

} // namespace
