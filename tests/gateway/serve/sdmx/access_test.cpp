// A dataset that a caller may not see looks absent, in every resource.
#include <gmock/gmock.h>

#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class SdmxAccess : public SdmxTest {
  protected:
    void SetUp() override {
        SdmxTest::SetUp();
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'705'000'000, "5", "4", "LSN_SECRET-1");
    }
    void hide(std::string const& rule) {
        std::filesystem::create_directories(folder_.path() + "/service");
        io::write_durable(folder_.path() + "/service/access.toml", rule);
        mount();
    }
    std::vector<std::string> everything() const {
        std::vector<std::string> targets;
        for (auto const* const resource :
             {"dataflow", "datastructure", "codelist", "conceptscheme", "categoryscheme", "categorisation",
              "agencyscheme", "dataproviderscheme", "contentconstraint", "provisionagreement", "structure"})
            targets.push_back("/sdmx/v1/" + std::string{resource} + "/all/all/all?references=all");
        targets.push_back("/sdmx/v2/structure/*/*/*/*?references=all");
        return targets;
    }
};

TEST_F(SdmxAccess, ShowsEverybodyWhatIsPublic) {
    EXPECT_EQ(ask("/sdmx/v1/data/LSN_SECRET-1").status, 200U);
    EXPECT_THAT(ask("/sdmx/v1/dataflow").body, HasSubstr("LSN_SECRET-1"));
}

TEST_F(SdmxAccess, HidesADatasetInEveryResource) {
    for (auto const* const release : {"INTERNAL", "RESTRICTED"}) {
        std::string rule = "[[dataset]]\nid = \"LSN_*\"\nclass = \"" + std::string{release} + "\"\n";
        if (std::string{release} == "RESTRICTED") rule += "recipients = [\"county:03153\"]\n";
        hide(rule);
        auto const gone = ask("/sdmx/v1/data/LSN_SECRET-1");
        auto const never = ask("/sdmx/v1/data/LSN_SEKRET-1");
        EXPECT_EQ(gone.status, 404U);
        auto text = gone.body;
        for (auto at = text.find("SECRET"); at != std::string::npos; at = text.find("SECRET"))
            text.replace(at, 6, "SEKRET");
        EXPECT_EQ(text, never.body) << "refused looks like absent";
        for (auto const* const target :
             {"/sdmx/v1/availableconstraint/LSN_SECRET-1", "/sdmx/v1/dataflow/KREISLAUF/LSN_SECRET-1",
              "/sdmx/v1/datastructure/KREISLAUF/LSN_SECRET-1/1.0?references=all",
              "/sdmx/v1/schema/datastructure/KREISLAUF/LSN_SECRET-1/1.0",
              "/sdmx/v2/structure/dataflow/KREISLAUF/LSN_SECRET-1/1.0"})
            EXPECT_EQ(ask(target).status, 404U) << target;
        for (auto const& target : everything()) {
            auto const answer = ask(target);
            EXPECT_EQ(answer.status, 200U) << target << "\n" << answer.body.substr(0, 300);
            EXPECT_THAT(answer.body, Not(HasSubstr("SECRET"))) << target;
        }
        EXPECT_EQ(ask("/sdmx/v1/data/" + flow).status, 200U);
    }
    EXPECT_EQ(complaints_, "");
}

} // namespace
