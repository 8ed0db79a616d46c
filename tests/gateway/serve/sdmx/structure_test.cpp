// Structures, availability and schemas over the SDMX interface, as clients in use ask for them.
#include <gmock/gmock.h>

#include "adapters/sdmx/structure.hpp"
#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class SdmxStructure : public SdmxTest {
  protected:
    adapters::sdmx::Structures read(std::string const& target,
                                    std::string const& accept = "application/xml") {
        auto const answer = ask(target, {{"Accept", accept}});
        EXPECT_EQ(answer.status, 200U) << target << "\n" << answer.body.substr(0, 500);
        if (answer.status != 200) return {};
        return adapters::sdmx::read_structures(answer.body, target);
    }
    static std::vector<std::string> dimensions(adapters::sdmx::Structures const& structures) {
        std::vector<std::string> ids;
        if (structures.data_structures.empty()) return ids;
        for (auto const& component : structures.data_structures.front().components)
            if (component.role == adapters::sdmx::Role::dimension ||
                component.role == adapters::sdmx::Role::time)
                ids.push_back(component.id);
        return ids;
    }
};

TEST_F(SdmxStructure, GivesClientsWhatTheyNeedBeforeTheyAskForData) {
    // sdmx1 asks this before every query by key, and refuses codes that are in no list.
    auto const all = read("/sdmx/v1/dataflow/KREISLAUF/" + flow + "/latest?references=all");
    EXPECT_THAT(dimensions(all),
                ::testing::ElementsAre("FREQ", "AREA", "MEASURE", "UNIT", "SEX", "TIME_PERIOD"));
    EXPECT_GE(all.concept_schemes.size(), 1U);
    ASSERT_FALSE(all.data_structures.empty());
    for (auto const& component : all.data_structures.front().components) {
        if (component.code_list.id.empty()) continue;
        EXPECT_NE(all.code_list(component.code_list), nullptr) << component.id;
    }
    EXPECT_EQ(all.dataflows.size(), 1U);
    // rsdmx: children of the data structure; the connectors for R and Matlab: its descendants.
    for (auto const* const references : {"children", "descendants"}) {
        auto const dsd = read("/sdmx/v1/datastructure/all/" + flow + "/latest/?references=" + references);
        EXPECT_EQ(dsd.data_structures.size(), 1U);
        EXPECT_GE(dsd.code_lists.size(), 4U) << references;
    }
    auto const none = read("/sdmx/v1/datastructure/KREISLAUF/" + flow + "/1.0");
    EXPECT_EQ(none.data_structures.size(), 1U);
    EXPECT_TRUE(none.code_lists.empty());
}

TEST_F(SdmxStructure, SaysTheSameInEveryFormat) {
    auto const v1 = "/sdmx/v1/datastructure/KREISLAUF/" + flow + "/1.0?references=all";
    auto const v2 = "/sdmx/v2/structure/datastructure/KREISLAUF/" + flow + "/1.0?references=all";
    auto const expected = dimensions(read(v1));
    for (auto const* const type : {"application/vnd.sdmx.structure+xml;version=2.1",
                                   "application/vnd.sdmx.structure+xml;version=3.0.0",
                                   "application/vnd.sdmx.structure+json;version=1.0.0",
                                   "application/vnd.sdmx.structure+json;version=2.0.0"})
        for (auto const& target : {v1, v2}) {
            EXPECT_EQ(dimensions(read(target, type)), expected) << type << " " << target;
            EXPECT_EQ(ask(target, {{"Accept", type}}).header("Content-Type"), type);
        }
}

TEST_F(SdmxStructure, ListsDataflowsInEverySpelling) {
    for (auto const* const target :
         {"/sdmx/v1/dataflow", "/sdmx/v1/dataflow/", "/sdmx/v1/dataflow/all/all/latest/",
          "/sdmx/v1/dataflow/KREISLAUF", "/sdmx/v1/dataflow/KREISLAUF/all/latest",
          "/sdmx/v1/dataflow/all/all/all", "/sdmx/v2/structure/dataflow",
          "/sdmx/v2/structure/dataflow/KREISLAUF/*/+", "/sdmx/v2/structure/dataflow/*/*/~"}) {
        auto const found = read(target);
        EXPECT_EQ(found.dataflows.size(), 1U) << target;
    }
    EXPECT_EQ(ask("/sdmx/v1/dataflow/NOBODY").status, 404U);
    EXPECT_EQ(ask("/sdmx/v1/codelist/SDMX/CL_NOTHING").status, 404U);
    EXPECT_EQ(ask("/sdmx/v1/dataflow?references=everything").status, 400U);
}

TEST_F(SdmxStructure, SaysWhatThereIsForASelection) {
    auto const values = [&](std::string const& target, std::string const& component) {
        std::vector<std::string> found;
        auto const read_back = read(target);
        EXPECT_EQ(read_back.constraints.size(), 1U) << target;
        if (read_back.constraints.empty()) return found;
        EXPECT_EQ(read_back.constraints.front().type, "Actual");
        for (auto const& key : read_back.constraints.front().values)
            if (key.component == component) found = key.values;
        return found;
    };
    std::string const v1 = "/sdmx/v1/availableconstraint/" + flow;
    using Values = std::vector<std::string>;
    EXPECT_EQ(values(v1, "AREA"), (Values{"03153", "03159"}));
    EXPECT_EQ(values(v1 + "/....M", "AREA"), (Values{"03153"}));
    EXPECT_EQ(values(v1 + "/....M/all/AREA?mode=available", "AREA"), (Values{"03153"}));
    EXPECT_EQ(values(v1 + "/....M/all/SEX?mode=available", "SEX"), (Values{"M", "_T"}));
    EXPECT_EQ(values(v1 + "/....M/all/SEX?mode=exact", "SEX"), (Values{"M"}));
    EXPECT_EQ(values("/sdmx/v2/availability/dataflow/KREISLAUF/" + flow + "/1.0/*.03159/SEX", "SEX"),
              (Values{"_T"}));
    EXPECT_EQ(values("/sdmx/v1/availableconstraint/all", "AREA"), (Values{"03153", "03159"}));
    EXPECT_EQ(values("/sdmx/v2/availability/dataflow/*/*/*", "AREA"), (Values{"03153", "03159"}));
    EXPECT_EQ(ask(v1 + "/.99999...").status, 404U);
    EXPECT_EQ(ask(v1 + "/all/all/COLOUR").status, 403U);
    auto const body = ask(v1 + "/all/all/all").body;
    EXPECT_THAT(body, HasSubstr("obs_count"));
    EXPECT_THAT(body, HasSubstr("series_count"));
    EXPECT_THAT(body, Not(HasSubstr("ReferencePeriod"))) << "sdmx1 stops at it";
    EXPECT_EQ(read(v1 + "/....M?references=codelist").code_lists.empty(), false);
}

TEST_F(SdmxStructure, GivesSchemasAndTheStructuresBehindThem) {
    for (auto const* const context : {"datastructure", "dataflow"}) {
        std::string const target = "/sdmx/v1/schema/" + std::string{context} + "/KREISLAUF/" + flow + "/1.0";
        auto const schema = ask(target);
        EXPECT_EQ(schema.status, 200U) << schema.body;
        EXPECT_EQ(schema.header("Content-Type"), "application/vnd.sdmx.schema+xml;version=2.1");
        EXPECT_THAT(schema.body,
                    HasSubstr("targetNamespace=\"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure="));
        EXPECT_EQ(complaints_, "");
        auto const behind = read(target, "application/vnd.sdmx.structure+xml;version=2.1");
        EXPECT_EQ(behind.data_structures.size(), 1U) << complaints_;
        EXPECT_GE(behind.code_lists.size(), 4U);
    }
    EXPECT_EQ(ask("/sdmx/v2/schema/dataflow/KREISLAUF/" + flow + "/1.0").header("Content-Type"),
              "application/vnd.sdmx.schema+xml;version=3.0.0");
    EXPECT_EQ(ask("/sdmx/v1/schema/dataflow/KREISLAUF/NOSUCH/1.0").status, 404U);
}

TEST_F(SdmxStructure, PutsNamesInTheLanguageOfTheReader) {
    auto const type = "application/vnd.sdmx.structure+json;version=2.0.0";
    std::string const target = "/sdmx/v2/structure/codelist/KREISLAUF/*/+";
    auto const german = ask(target, {{"Accept", type}, {"Accept-Language", "de-DE,de;q=0.9"}});
    auto const english = ask(target, {{"Accept", type}, {"Accept-Language", "en"}});
    EXPECT_EQ(german.header("Content-Language"), "de");
    EXPECT_NE(german.header("ETag"), english.header("ETag"));
    EXPECT_NE(german.body, english.body);
}

} // namespace
