// Every ordered pair of released schema versions is readable, or refused for the recorded reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro/resolver.hpp"
#include "gateway/feed/avro_ocf.hpp"

namespace {

using namespace gateway::feed::avro;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string const folder = std::string{KREISLAUF_SOURCE_DIR} + "/schemas/avro/";

std::string text_of(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

std::vector<std::string> reasons(Schema const& writer, Schema const& reader) {
    std::vector<std::string> result;
    for (auto const& problem : check(writer, reader)) result.push_back(problem.path + ": " + problem.reason);
    return result;
}

std::vector<std::string> reasons(std::string const& writer, std::string const& reader) {
    return reasons(Schema::parse(writer), Schema::parse(reader));
}

struct Version {
    std::string name;
    Schema schema;
};
struct Pair {
    bool readable = false;
    std::vector<std::string> reasons;
};
using Pairs = std::map<std::pair<std::string, std::string>, Pair>;

/// What is wrong with a record of compatibility: pairs that lack, that are superfluous, that say something else.
std::vector<std::string> differences(std::vector<Version> const& versions, Pairs recorded) {
    std::vector<std::string> result;
    for (auto const& writer : versions)
        for (auto const& reader : versions) {
            auto const place = writer.name + " read as " + reader.name;
            auto const found = reasons(writer.schema, reader.schema);
            auto const entry = recorded.find({writer.name, reader.name});
            if (entry == recorded.end()) {
                result.push_back(place + ": not recorded");
                continue;
            }
            if (entry->second.readable != found.empty())
                result.push_back(place + ": recorded as " +
                                 (entry->second.readable ? "readable" : "refused") + ", but it is not; " +
                                 (found.empty() ? "nothing is in its way" : found.front()));
            else if (entry->second.reasons != found)
                result.push_back(place + ": refused for other reasons");
            recorded.erase(entry);
        }
    for (auto const& left : recorded)
        result.push_back(left.first.first + " read as " + left.first.second + ": no such version");
    return result;
}

std::vector<std::string> strings(rapidjson::Value const& list) {
    std::vector<std::string> result;
    for (auto const& item : list.GetArray()) result.emplace_back(item.GetString());
    return result;
}

TEST(SchemaEvolution, EveryPairOfReleasedVersionsIsReadableOrRefusedAsRecorded) {
    rapidjson::Document document;
    document.Parse(text_of(folder + "compatibility.json").c_str());
    ASSERT_FALSE(document.HasParseError());
    std::set<std::string> recorded_files;
    for (auto const& entry : document["schemas"].GetArray()) {
        std::vector<Version> versions;
        for (auto const& name : strings(entry["versions"])) {
            versions.push_back({name, Schema::parse(text_of(folder + name))});
            recorded_files.insert(name);
        }
        ASSERT_FALSE(versions.empty());
        Pairs pairs;
        for (auto const& pair : entry["pairs"].GetArray())
            pairs[{pair["writer"].GetString(), pair["reader"].GetString()}] = {pair["readable"].GetBool(),
                                                                               strings(pair["reasons"])};
        EXPECT_THAT(differences(versions, pairs), IsEmpty()) << entry["name"].GetString();
    }
    // No version may stand beside the record.
    std::set<std::string> files;
    for (auto const& file : std::filesystem::directory_iterator{folder})
        if (file.path().extension() == ".avsc") files.insert(file.path().filename().string());
    EXPECT_EQ(files, recorded_files);
}

TEST(SchemaEvolution, ReleasedVersionsNeverChange) {
    // CRC-64-AVRO of the canonical form. A released schema is never edited: a change is a new version.
    std::map<std::string, std::uint64_t> const released{{"observation-series-v1.avsc", 0xB32549F6C268AD31ULL},
                                                        {"observation-series-v2.avsc", 0x3A706450FF014405ULL},
                                                        {"feed-entry-v1.avsc", 0x42F0626FD70C071BULL}};
    for (auto const& [name, fingerprint] : released)
        EXPECT_EQ(Schema::parse(text_of(folder + name)).fingerprint(), fingerprint) << name;
}

TEST(SchemaEvolution, FilesCarryAReleasedText) {
    EXPECT_EQ(gateway::feed::observation_series_schema(), text_of(folder + "observation-series-v1.avsc"));
    EXPECT_EQ(gateway::feed::derived_series_schema(), text_of(folder + "observation-series-v2.avsc"));
}

// The judge itself.

std::string record(std::string const& fields) {
    return R"({"type":"record","name":"R","fields":[)" + fields + "]}";
}
std::string enumeration(std::string const& symbols, std::string const& otherwise = {}) {
    return R"({"type":"enum","name":"E","symbols":[)" + symbols + "]" +
           (otherwise.empty() ? "" : R"(,"default":")" + otherwise + "\"") + "}";
}
std::string const a = R"({"name":"a","type":"int"})";

TEST(SchemaChecker, AcceptsAnEnumInAnotherOrder) {
    EXPECT_THAT(reasons(enumeration(R"("A","B","C")"), enumeration(R"("C","A","B")")), IsEmpty());
}

TEST(SchemaChecker, RefusesASymbolThatTheReaderLacksUnlessItHasADefault) {
    EXPECT_THAT(reasons(enumeration(R"("A","NEW")"), enumeration(R"("A")")), ElementsAre(HasSubstr("NEW")));
    EXPECT_THAT(reasons(enumeration(R"("A","NEW")"), enumeration(R"("A")", "A")), IsEmpty());
    EXPECT_THAT(reasons(enumeration(R"("A")"), enumeration(R"("A","NEW")")), IsEmpty());
}

TEST(SchemaChecker, AcceptsANewFieldWithADefaultAndRefusesOneWithout) {
    EXPECT_THAT(reasons(record(a), record(a + R"(,{"name":"b","type":"int","default":0})")), IsEmpty());
    EXPECT_THAT(reasons(record(a), record(a + R"(,{"name":"b","type":"int"})")),
                ElementsAre(HasSubstr("R.b")));
}

TEST(SchemaChecker, AcceptsARemovedField) {
    EXPECT_THAT(reasons(record(a + R"(,{"name":"b","type":"string"})"), record(a)), IsEmpty());
}

TEST(SchemaChecker, FollowsAliases) {
    EXPECT_THAT(reasons(record(a), record(R"({"name":"z","aliases":["a"],"type":"int"})")), IsEmpty());
    EXPECT_THAT(reasons(record(a), record(R"({"name":"z","type":"int"})")), ElementsAre(HasSubstr("R.z")));
    EXPECT_THAT(reasons(R"({"type":"fixed","name":"Old","size":2})",
                        R"({"type":"fixed","name":"New","aliases":["Old"],"size":2})"),
                IsEmpty());
    EXPECT_THAT(
        reasons(R"({"type":"fixed","name":"Old","size":2})", R"({"type":"fixed","name":"New","size":2})"),
        ElementsAre(HasSubstr("Old")));
    EXPECT_THAT(reasons(R"({"type":"fixed","name":"F","size":2})", R"({"type":"fixed","name":"F","size":3})"),
                ElementsAre(HasSubstr("fixed")));
}

TEST(SchemaChecker, AcceptsAWiderUnionAndRefusesANarrowerOne) {
    EXPECT_THAT(reasons(R"(["null","int"])", R"(["int","string","null"])"), IsEmpty());
    EXPECT_THAT(reasons(R"("int")", R"(["null","int"])"), IsEmpty());
    EXPECT_THAT(reasons(R"(["null","int","string"])", R"(["null","int"])"), ElementsAre(HasSubstr("string")));
    EXPECT_THAT(reasons(R"(["null","int"])", R"("int")"), ElementsAre(HasSubstr("null")));
}

TEST(SchemaChecker, AcceptsPromotionsThatKeepEveryDigitOnly) {
    EXPECT_THAT(reasons(R"("int")", R"("long")"), IsEmpty());
    EXPECT_THAT(reasons(R"("int")", R"("double")"), IsEmpty());
    EXPECT_THAT(reasons(R"("float")", R"("double")"), IsEmpty());
    EXPECT_THAT(reasons(R"("string")", R"("bytes")"), IsEmpty());
    EXPECT_THAT(reasons(R"("long")", R"("double")"), ElementsAre(HasSubstr("not every long")));
    EXPECT_THAT(reasons(R"("long")", R"("int")"), ElementsAre(HasSubstr("reader wants int")));
    EXPECT_THAT(reasons(R"("double")", R"("long")"), ElementsAre(HasSubstr("reader wants long")));
}

TEST(SchemaChecker, LooksIntoArraysMapsAndRecordsAndNamesThePlace) {
    auto const nested = [](std::string const& inner) {
        return record(R"({"name":"list","type":{"type":"array","items":{"type":"map","values":)" + inner +
                      "}}}");
    };
    EXPECT_THAT(reasons(nested(enumeration(R"("A","B")")), nested(enumeration(R"("A")"))),
                ElementsAre(HasSubstr("R.list[][]")));
}

TEST(SchemaChecker, EndsOnRecursiveTypes) {
    std::string const list = record(a + R"(,{"name":"next","type":["null","R"]})");
    EXPECT_THAT(reasons(list, list), IsEmpty());
    EXPECT_THAT(reasons(list, record(R"({"name":"a","type":"string"},{"name":"next","type":["null","R"]})")),
                ElementsAre(HasSubstr("R.a")));
}

TEST(SchemaChecker, IsNotTransitiveWhichIsWhyEveryPairIsChecked) {
    // v1 -> v2 and v2 -> v3 are readable, v1 -> v3 is not: b lost its default.
    std::vector<Version> const versions{
        {"v1", Schema::parse(record(a))},
        {"v2", Schema::parse(record(a + R"(,{"name":"b","type":"int","default":0})"))},
        {"v3", Schema::parse(record(a + R"(,{"name":"b","type":"int"})"))}};
    EXPECT_THAT(reasons(versions[0].schema, versions[1].schema), IsEmpty());
    EXPECT_THAT(reasons(versions[1].schema, versions[2].schema), IsEmpty());
    auto const refused = reasons(versions[0].schema, versions[2].schema);
    EXPECT_THAT(refused, ElementsAre(HasSubstr("R.b")));

    Pairs pairs;
    for (auto const& writer : versions)
        for (auto const& reader : versions) pairs[{writer.name, reader.name}] = {true, {}};
    EXPECT_THAT(differences(versions, pairs), ElementsAre(HasSubstr("v1 read as v3: recorded as readable")));
    pairs[{"v1", "v3"}] = {false, refused};
    EXPECT_THAT(differences(versions, pairs), IsEmpty());
    pairs[{"v2", "v1"}] = {false, {"out of caution"}};
    EXPECT_THAT(differences(versions, pairs), ElementsAre(HasSubstr("recorded as refused")));
    pairs.erase({"v2", "v1"});
    pairs[{"v0", "v1"}] = {true, {}};
    EXPECT_THAT(differences(versions, pairs), ElementsAre(HasSubstr("v2 read as v1: not recorded"),
                                                          HasSubstr("v0 read as v1: no such version")));
}

} // namespace
