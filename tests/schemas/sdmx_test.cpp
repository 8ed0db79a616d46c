// The SDMX structures say what the program writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <pugixml.hpp>
#include <set>

#include "gateway/core/area.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/sdmx_csv.hpp"

namespace {

std::string const root = KREISLAUF_SOURCE_DIR;

pugi::xml_document load(std::string const& name) {
    pugi::xml_document document;
    auto const result = document.load_file((root + "/schemas/sdmx/" + name).c_str());
    EXPECT_TRUE(result) << name << ": " << result.description();
    return document;
}

std::vector<std::string> attributes(pugi::xml_document const& document, std::string const& path,
                                    char const* name) {
    std::vector<std::string> result;
    for (auto const& node : document.select_nodes(path.c_str()))
        result.emplace_back(node.node().attribute(name).value());
    return result;
}

std::vector<std::string> codes(std::string const& list) {
    auto const document = load("codelists.xml");
    return attributes(document, "//str:Codelist[@id='" + list + "']/str:Code", "id");
}

TEST(SdmxStructures, ListTheCodesThatTheProgramKnows) {
    using namespace gateway;
    std::vector<std::string> reasons;
    for (auto const reason : feed::all_reasons) reasons.emplace_back(to_string(reason));
    EXPECT_EQ(codes("CL_MISSING_REASON"), reasons);
    std::vector<std::string> protections;
    for (auto const protection : feed::all_protections) protections.emplace_back(to_string(protection));
    EXPECT_EQ(codes("CL_PROTECTION"), protections);
    std::vector<std::string> statuses;
    for (auto const status : feed::all_statuses) statuses.emplace_back(1, to_char(status));
    EXPECT_EQ(codes("CL_OBS_STATUS"), statuses);
    for (auto const& code : codes("CL_CONF_STATUS")) EXPECT_TRUE(conf_status_from(code)) << code;
    EXPECT_EQ(codes("CL_CONF_STATUS").size(), 6U);
    std::vector<std::string> levels;
    for (unsigned i = 0; i <= static_cast<unsigned>(AreaLevel::other); ++i)
        levels.emplace_back(to_string(static_cast<AreaLevel>(i)));
    EXPECT_EQ(codes("CL_AREA_LEVEL"), levels);
    for (auto const& code : codes("CL_AREA_LIST")) EXPECT_TRUE(code_list_from(code)) << code;
    for (auto const& code : codes("CL_UNIT")) EXPECT_NE(feed::unit_de(code), "") << code;
}

/// The columns that a file of structures says, against those that the program writes.
void expect_columns(char const* file, bool derived) {
    auto const document = load(file);
    for (auto const& [id, dimensions] :
         {std::pair{std::string{"DSD_BASE"}, std::vector<std::string>{"MEASURE", "UNIT"}},
          std::pair{std::string{"DSD_PERSONS"},
                    std::vector<std::string>{"MEASURE", "UNIT", "SEX", "AGE", "CITIZENSHIP", "MIG_CONCEPT",
                                             "MIG_STATUS"}}}) {
        std::vector<std::string> expected{"STRUCTURE", "STRUCTURE_ID", "ACTION"};
        auto const path = "//str:DataStructure[@id='" + id + "']";
        for (auto const* const part : {"//str:Dimension[@position]", "//str:TimeDimension",
                                       "//str:PrimaryMeasure[@id]", "//str:Attribute"})
            for (auto const& component : attributes(document, path + part, "id"))
                expected.push_back(component);
        gateway::DatasetInfo info;
        info.dimensions = dimensions;
        EXPECT_EQ(gateway::feed::sdmx_csv_columns(info, derived), expected);
    }
}

TEST(SdmxStructures, HaveTheColumnsOfSdmxCsvInTheirOrder) {
    expect_columns("structures.xml", false);
    expect_columns("structures-derived.xml", true);
}

TEST(SdmxStructures, ListTheOriginsOfDerivedFigures) {
    std::vector<std::string> origins;
    for (unsigned i = 0; i <= static_cast<unsigned>(gateway::feed::Derived::Origin::none); ++i)
        origins.emplace_back(1, to_char(static_cast<gateway::feed::Derived::Origin>(i)));
    EXPECT_EQ(
        attributes(load("structures-derived.xml"), "//str:Codelist[@id='CL_DERIVATION']/str:Code", "id"),
        origins);
}

TEST(SdmxStructures, ReferToNothingThatIsNotThere) {
    std::set<std::string> known;
    for (auto const* const file : {"codelists.xml", "structures-derived.xml"}) {
        auto const lists = load(file);
        for (auto const& node : lists.select_nodes("//str:Codelist"))
            known.insert(std::string{node.node().attribute("agencyID").value()} + ":" +
                         node.node().attribute("id").value() + "(" +
                         node.node().attribute("version").value() + ")");
    }
    auto const concepts = load("concepts.xml");
    std::set<std::string> names;
    for (auto const& id : attributes(concepts, "//str:Concept", "id")) names.insert(id);
    for (auto const& id : attributes(load("structures-derived.xml"), "//str:Concept", "id")) names.insert(id);
    unsigned references = 0;
    for (auto const* const file : {"concepts.xml", "structures.xml", "structures-derived.xml"}) {
        auto const document = load(file);
        for (auto const& node : document.select_nodes("//Ref[@class='Codelist']")) {
            auto const ref = node.node();
            EXPECT_EQ(known.count(std::string{ref.attribute("agencyID").value()} + ":" +
                                  ref.attribute("id").value() + "(" + ref.attribute("version").value() + ")"),
                      1U)
                << ref.attribute("id").value();
            ++references;
        }
        for (auto const& id : attributes(document, "//Ref[@class='Concept']", "id")) {
            EXPECT_EQ(names.count(id), 1U) << id;
            ++references;
        }
    }
    EXPECT_GT(references, 50U);
}

TEST(SdmxStructures, AreValidSdmxMl) {
    auto const script = root + "/../shared/real/sdmx/xsd/validate.sh";
    if (!std::filesystem::exists(script)) GTEST_SKIP() << "no validator at " << script;
    auto* const pipe = popen(("sh " + script + " " + root + "/schemas/sdmx/*.xml 2>&1").c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string output;
    std::array<char, 1024> buffer{};
    while (auto const size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        output.append(buffer.data(), size);
    EXPECT_EQ(pclose(pipe), 0) << output;
    EXPECT_THAT(output, testing::HasSubstr("5 passed, 0 failed"));
}

} // namespace
