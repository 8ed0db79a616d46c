#include "adapters/sdmx/maps.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::sdmx;

Structures sample() {
    Structures structures;
    RepresentationMap sex{{"RepresentationMap", "X", "SEX", "1.0", ""}, {"String"}, {"String"}, {}};
    sex.rows.push_back({{{"1", false, {}, {}}}, {"M"}, "", ""});
    sex.rows.push_back({{{"2", false, {}, {}}}, {"F"}, "", ""});
    sex.rows.push_back({{{"9", false, {}, {}}}, {"X"}, "2019-01-01", ""});
    sex.rows.push_back({{{"^([A-Z]+)$", true, {}, {}}}, {"\\1"}, "", ""});
    structures.representation_maps.push_back(sex);
    StructureMap map;
    map.self = {"StructureMap", "X", "DEMO", "1.0", ""};
    map.components = {{{"SEX_DIM"}, {"SEX"}, "X:SEX(1.0)"},
                      {{"CONF"}, {"CONF_STATUS"}, ""},
                      {{"A", "B"}, {"C"}, ""},
                      {{"GEO"}, {"AREA"}, "X:MISSING(1.0)"}};
    map.fixed = {{"BASE", "Z2022", false}};
    structures.structure_maps.push_back(map);
    return structures;
}

TEST(SdmxMaps, BecomeFilesOfTheHarmonizer) {
    auto const structures = sample();
    auto const made = mapping_texts(structures.structure_maps.front(), structures, "2026-11-26");
    ASSERT_EQ(made.files.size(), 2U);
    EXPECT_EQ(made.files[0].name, "sdmx_x_demo_sex_dim.toml");
    EXPECT_EQ(made.files[0].text, "# X:DEMO(1.0): SEX_DIM of  to SEX of .\n"
                                  "origin = \"SDMX structure map X:DEMO(1.0)\"\n"
                                  "date = 2026-11-26\n"
                                  "dimension = \"SEX\"\n"
                                  "also = { \"BASE\" = \"Z2022\" }\n"
                                  "\n[codes]\n\"1\" = \"M\"\n\"2\" = \"F\"\n"
                                  "\n[[pattern]]\nmatch = \"{code:*}\"\ncode = \"{code}\"\n"
                                  "\n[variable.\"SEX_DIM\"]\n");
    EXPECT_NE(made.files[1].text.find("[variable.\"CONF\"]"), std::string::npos);
}

TEST(SdmxMaps, NameWhatAFileCannotSay) {
    auto const structures = sample();
    auto const made = mapping_texts(structures.structure_maps.front(), structures, "2026-11-26");
    std::string all;
    for (auto const& issue : made.issues) all += issue.text + "\n";
    EXPECT_EQ(made.issues.size(), 3U) << all;
    EXPECT_NE(all.find("the row 9 of SEX_DIM (it holds from '2019-01-01'"), std::string::npos) << all;
    EXPECT_NE(all.find("the map of A, B to C has several components"), std::string::npos) << all;
    EXPECT_NE(all.find("representation map X:MISSING(1.0) of GEO"), std::string::npos) << all;
}

} // namespace
