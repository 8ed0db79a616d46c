// The files in mappings/ themselves: all follow their schema, name origin and date, and can be found.
//
// KREISLAUF_UPDATE_CHECKED=1 writes schemas/mapping/checked.txt anew: the list of files that follow their
// schema, which saves a run from finding that again. A file that is not listed is checked when it is used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/schema_check.hpp"

namespace gateway::harmonize {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path const mappings = fs::path{KREISLAUF_SOURCE_DIR} / "mappings";
fs::path const checked_list = fs::path{KREISLAUF_SOURCE_DIR} / "schemas/mapping/checked.txt";

std::string read_file(fs::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

/// Every TOML file, relative to mappings/, in order.
std::vector<std::string> all_files() {
    std::vector<std::string> names;
    for (auto const& entry : fs::recursive_directory_iterator{mappings}) {
        if (entry.path().extension() == ".toml")
            names.push_back(fs::relative(entry.path(), mappings).generic_string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string schema_of(std::string const& name) {
    if (name.starts_with("variables/")) return "variables";
    if (name.starts_with("signs/")) return "signs";
    if (name.starts_with("tables/")) return "table";
    if (name.starts_with("feeds")) return "feed";
    if (name.starts_with("agreements/")) return "../agreement/agreement"; // they harmonize nothing
    for (auto const* folder : {"correspondences", "plausibility"})
        if (name.starts_with(std::string{folder} + "/")) return folder;
    return name.substr(0, name.find('.'));
}

TEST(MappingFolder, HoldsNoFileThatBreaksItsSchema) {
    auto const files = MappingFiles::from_directory(mappings.string());
    std::string list;
    for (auto const& name : all_files()) {
        auto const text = *files.text(name);
        auto const schema = *files.schema(schema_of(name));
        try {
            check_schema(parse_toml(text, name), name, schema, schema_of(name));
            list += checked_key(schema, text) + "  " + name + "\n";
        } catch (Error const& error) {
            ADD_FAILURE() << error.what();
        }
    }
    if (std::getenv("KREISLAUF_UPDATE_CHECKED") != nullptr)
        std::ofstream{checked_list, std::ios::binary} << list;
    EXPECT_THAT(list, HasSubstr("  units.toml\n"));
}

TEST(MappingFolder, ListsAsCheckedOnlyWhatFollowsItsSchema) {
    auto const files = MappingFiles::from_directory(mappings.string());
    std::ifstream in{checked_list};
    std::string key;
    std::string name;
    std::size_t current = 0;
    while (in >> key >> name) {
        auto const text = files.text(name);
        if (!text || checked_key(*files.schema(schema_of(name)), *text) != key)
            continue; // older than the file
        EXPECT_NO_THROW(check_schema(parse_toml(*text, name), name, *files.schema(schema_of(name)), ""))
            << name;
        ++current;
    }
    EXPECT_GT(current, all_files().size() / 2) << "renew the list: KREISLAUF_UPDATE_CHECKED=1 mappings_test";
}

TEST(MappingFolder, NamesOriginAndDateInEveryFile) {
    for (auto const& name : all_files()) {
        auto const tree = parse_toml(read_file(mappings / name), name);
        Section const root{&name, &tree};
        EXPECT_FALSE(root.text("origin").empty()) << name;
        EXPECT_TRUE(root.day("date")) << name;
    }
    for (auto const* name :
         {"territory/counties.csv", "territory/regions.csv", "territory/events.csv", "territory/parts.csv",
          "territory/nuts3.csv", "territory/authority_regions.csv"}) {
        EXPECT_THAT(read_file(mappings / name), HasSubstr("# origin: ")) << name;
        EXPECT_THAT(read_file(mappings / name), HasSubstr("# date: ")) << name;
    }
}

TEST(MappingFolder, GivesEveryVariableAHeaderThatIsFound) {
    auto const files = MappingFiles::from_directory(mappings.string());
    auto const mapping = Mapping::load(files, "regionalstatistik", "none", "ffcsv-v5", 20000);
    for (auto const& name : files.names("variables")) {
        auto const tree = parse_toml(*files.text(name), name);
        auto const variables = Section{&name, &tree}.table("variable");
        ASSERT_FALSE(variables.members().empty()) << name;
        for (auto const& member : variables.members()) {
            auto variable = member.key;
            if (variable.back() == '*') variable.back() = 'Q';
            auto const mapped = mapping.map_code(variable, "no such code");
            auto const said = mapped.why + std::string{mapped.rule};
            EXPECT_THAT(said, HasSubstr("mappings/" + name)) << member.key;
        }
    }
}

TEST(MappingFolder, LoadsEveryTableOfEveryService) {
    auto const files = MappingFiles::from_directory(mappings.string());
    std::size_t tables = 0;
    for (auto const& entry : fs::directory_iterator{mappings / "tables"}) {
        if (!entry.is_directory()) continue;
        auto const service = entry.path().filename().string();
        for (auto const& name : files.names("tables/" + service)) {
            auto const table = fs::path{name}.stem().string();
            auto const mapping = Mapping::load(files, service, table, "ffcsv-v5", 20000);
            auto const info = mapping.dataset(TimePeriod::date(2022, 5, 15).value(), "", "");
            EXPECT_FALSE(info.title.empty()) << name;
            EXPECT_FALSE(info.statistic.empty()) << name;
            EXPECT_THAT(mapping.bundle(), HasSubstr(name));
            ++tables;
        }
    }
    EXPECT_GE(tables, 50U);
}

/// Keywords of a schema and of the schemas inside it.
void collect_keywords(rapidjson::Value const& schema, std::set<std::string>& keywords) {
    if (!schema.IsObject()) return;
    for (auto const& member : schema.GetObject()) {
        std::string const name = member.name.GetString();
        keywords.insert(name);
        if (name == "properties" || name == "definitions" || name == "patternProperties") {
            for (auto const& inner : member.value.GetObject()) collect_keywords(inner.value, keywords);
        }
        if (name == "items" || name == "additionalProperties") collect_keywords(member.value, keywords);
    }
}

TEST(MappingSchemas, UseOnlyKeywordsThatTheMessagesKnow) {
    // A keyword that schema_place does not walk would be checked, but its faults would have no line.
    std::set<std::string> const walked{
        "$schema",     "$comment", "$ref",     "title",         "description", "type",
        "enum",        "pattern",  "required", "properties",    "items",       "minItems",
        "minLength",   "minimum",  "maximum",  "minProperties", "definitions", "additionalProperties",
        "dependencies"};
    std::size_t schemas = 0;
    for (auto const& entry : fs::recursive_directory_iterator{fs::path{KREISLAUF_SOURCE_DIR} / "schemas"}) {
        auto const folder = entry.path().parent_path().filename();
        if (entry.path().extension() != ".json" || (folder != "mapping" && folder != "agreement")) continue;
        ++schemas;
        rapidjson::Document schema;
        auto const text = read_file(entry.path());
        schema.Parse(text.c_str());
        ASSERT_FALSE(schema.HasParseError()) << entry.path();
        std::set<std::string> keywords;
        collect_keywords(std::as_const(schema), keywords);
        for (auto const& keyword : keywords) {
            EXPECT_TRUE(walked.count(keyword) == 1) << entry.path().filename() << " uses " << keyword;
        }
    }
    EXPECT_GE(schemas, 6U);
}

TEST(MappingSchemas, SayWhichKeyAnotherNeeds) {
    auto const files = MappingFiles::from_directory(mappings.string());
    auto const tree = parse_toml("origin = \"a source with a name\"\ndate = 2026-03-10\n\n[measure.RATE]\n"
                                 "kind = \"ratio\"\nnumerator = \"A\"\n",
                                 "measures.toml");
    try {
        check_schema(tree, "measures.toml", *files.schema("measures"), "measures");
        FAIL() << "a numerator without denominator was taken";
    } catch (Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("measures.toml:4:"));
        EXPECT_THAT(error.what(), HasSubstr("no key 'denominator'"));
    }
}

TEST(MappingFolder, UsesOnlyUnitsThatTheUnitListKnows) {
    auto const files = MappingFiles::from_directory(mappings.string());
    std::string const name = "units.toml";
    auto const tree = parse_toml(*files.text(name), name);
    auto const texts = Section{&name, &tree}.table("text");
    std::vector<std::string> known{"PS"};
    for (auto const& member : texts.members()) known.push_back(texts.table(member.key).text("unit"));
    for (auto const& file : all_files()) {
        if (!file.starts_with("tables/")) continue;
        auto const own = parse_toml(*files.text(file), file);
        auto const measures = Section{&file, &own}.table("measure");
        for (auto const& member : measures.members()) {
            for (auto const* key : {"count", "unit_if_missing"}) {
                auto const unit = measures.table(member.key).text(key, "NR");
                EXPECT_THAT(known, testing::Contains(unit)) << file << " " << member.key;
            }
        }
    }
}

} // namespace
} // namespace gateway::harmonize
