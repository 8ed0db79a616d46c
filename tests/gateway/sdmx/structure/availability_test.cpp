// Answers to availability queries.
#include "gateway/sdmx/structure/availability.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixture.hpp"
#include "gateway/sdmx/structure/writer.hpp"
#include "validator.hpp"

namespace {

using namespace gateway::sdmx::structure;
using namespace structure_test;
using gateway::sdmx::common::SdmxError;

Availability women() {
    auto const list = [](std::vector<std::string> values) {
        return std::make_shared<std::vector<std::string> const>(std::move(values));
    };
    Region region;
    region.keys = {{"AREA", list({"03153"})}, {"SEX", list({"F"})}};
    region.first = "2020-12-31";
    region.last = "2024-12-31";
    region.series = 1;
    region.observations = 5;
    return {a, region};
}

std::string answered(std::string const& references, ApiVersion api = ApiVersion::v1) {
    return told(availability(small_catalogue(), women(), api, references));
}

TEST(Availability, AnswersWithAConstraintAndWhatItRefersTo) {
    EXPECT_EQ(answered("none"), "cc:CR_A");
    EXPECT_EQ(answered("dataflow"), "cc:CR_A df:A");
    EXPECT_EQ(answered("datastructure"), "cc:CR_A ds:A");
    EXPECT_EQ(answered("conceptscheme"), "cc:CR_A cs:CS_KREISLAUF");
    EXPECT_EQ(answered("dataproviderscheme"), "cc:CR_A dp:DATA_PROVIDERS");
    EXPECT_EQ(answered("codelist"), sorted("cc:CR_A cl:CL_AREA cl:SDMX:CL_SEX"));
    EXPECT_EQ(answered("dataflow,datastructure", ApiVersion::v2), "cc:CR_A df:A ds:A");
    EXPECT_EQ(answered("all"),
              sorted("cc:CR_A df:A ds:A cs:CS_KREISLAUF dp:DATA_PROVIDERS cl:SDMX:CL_OBS_STATUS "
                     "cl:SDMX:CL_CONF_STATUS "
                     "cl:CL_PROTECTION cl:CL_MISSING_REASON cl:CL_AREA_LIST cl:CL_AREA_LEVEL cl:SDMX:CL_FREQ "
                     "cl:CL_AREA cl:CL_A_MEASURE cl:CL_UNIT cl:SDMX:CL_SEX"));
    EXPECT_THROW(answered("cousins"), SdmxError);
    EXPECT_THROW(availability(small_catalogue(), {"NOBODY", {}}, ApiVersion::v1), SdmxError);
}

TEST(Availability, ListsHoldTheAvailableCodes) {
    auto const selection = availability(small_catalogue(), women(), ApiVersion::v1, "all");
    for (auto const& entry : selection.entries) {
        auto const& id = entry.artefact->self.id;
        if (id != "CL_SEX" && id != "CL_AREA") continue;
        ASSERT_TRUE(entry.items) << id;
        ASSERT_EQ(entry.items->size(), 1U) << id;
        EXPECT_EQ(entry.artefact->scheme()->items[entry.items->front()].id, id == "CL_SEX" ? "F" : "03153");
    }
}

TEST(Availability, IsAValidMessageWithCountsInEveryFormat) {
    Folder const folder;
    std::string files;
    for (auto const format :
         {StructureFormat::ml21, StructureFormat::ml30, StructureFormat::json10, StructureFormat::json20}) {
        auto const text = write_structures(availability(small_catalogue(), women(), ApiVersion::v1, "all"),
                                           format, {"AV1", "2026-11-26T05:00:00Z"});
        for (auto const* const part : {"series_count", "obs_count", "sdmx_metrics", "2020-12-31", "Actual"})
            EXPECT_THAT(text, testing::HasSubstr(part));
        EXPECT_THAT(text, testing::Not(testing::HasSubstr("ReferencePeriod")));
        if (format == StructureFormat::ml21 || format == StructureFormat::ml30)
            files += " " + folder.write(format == StructureFormat::ml21 ? "21.xml" : "30.xml", text);
    }
    if (!std::filesystem::exists(validator())) GTEST_SKIP() << "no validator at " << validator();
    auto const ran = run("sh " + validator() + files);
    EXPECT_TRUE(ran.is_good) << ran.output;
}

} // namespace
