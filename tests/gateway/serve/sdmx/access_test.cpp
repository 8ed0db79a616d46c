// A dataset that a caller may not see looks absent, in every resource.
#include <gmock/gmock.h>

#include <thread>

#include "gateway/serve/access/keys.hpp"
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
        targets.push_back("/sdmx/v1/availableconstraint/all?references=all");
        targets.push_back("/sdmx/v2/availability/dataflow/*/*/*");
        return targets;
    }
};

TEST_F(SdmxAccess, ShowsEverybodyWhatIsPublic) {
    EXPECT_EQ(ask("/sdmx/v1/data/LSN_SECRET-1").status, 200U);
    EXPECT_THAT(ask("/sdmx/v1/dataflow").body, HasSubstr("LSN_SECRET-1"));
    // What is available is told of several dataflows at once, of each in a constraint of its own.
    for (auto const& target :
         std::vector<std::string>{"/sdmx/v1/availableconstraint/all", "/sdmx/v2/availability/dataflow/*/*/*",
                                  "/sdmx/v2/availability/dataflow/*/LSN_SECRET-1," + flow}) {
        auto const both = ask(target);
        EXPECT_EQ(both.status, 200U) << target << "\n" << both.body;
        EXPECT_THAT(both.body, HasSubstr("CR_LSN_SECRET-1")) << target;
        EXPECT_THAT(both.body, HasSubstr("CR_" + flow)) << target;
    }
    EXPECT_EQ(ask("/sdmx/v1/availableconstraint/all/.99999...").status, 404U);
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

TEST_F(SdmxAccess, ShowsAKeyTheAreasOfItsScopeAndNothingElse) {
    hide("[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\nrecipients = [\"county:03153\"]\n");
    auto const scope = serve::access::scope_from("county:03153").value();
    auto const key = serve::access::KeyFile{folder_.path() + "/service"}
                         .create(scope, 4'000'000'000, "report", 1'700'000'000)
                         .first;
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // until the file counts
    http::Headers const mine{{"Authorization", "Bearer " + key},
                             {"Accept", "application/vnd.sdmx.data+csv;version=2.0.0"}};
    auto const answer = ask("/sdmx/v1/data/LSN_SECRET-1", mine);
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(",03153,"));
    EXPECT_THAT(answer.body, Not(HasSubstr(",03159,")));
    EXPECT_FALSE(answer.shared) << "nothing of it may be kept for others";
    EXPECT_THAT(answer.header("Cache-Control"), HasSubstr("private"));
    EXPECT_THAT(answer.header("Vary"), HasSubstr("Authorization"));
    auto const areas = ask("/sdmx/v1/availableconstraint/LSN_SECRET-1/all/all/AREA", {mine.front()});
    EXPECT_THAT(areas.body, HasSubstr(">03153<"));
    EXPECT_THAT(areas.body, Not(HasSubstr("03159")));
    EXPECT_THAT(ask("/sdmx/v1/dataflow", {mine.front()}).body, HasSubstr("LSN_SECRET-1"));
    EXPECT_THAT(ask("/sdmx/v1/dataflow").body, Not(HasSubstr("LSN_SECRET-1")))
        << "after somebody with a key asked";
    // What is public has one tag for the many, and another where a key may see more.
    EXPECT_TRUE(ask("/sdmx/v1/data/" + flow).shared);
    auto const wrong = ask("/sdmx/v1/data/" + flow, {{"Authorization", "Bearer kl_00000000_0"}});
    EXPECT_EQ(wrong.status, 401U);
    EXPECT_THAT(wrong.body, HasSubstr("code=\"110\""));
}

} // namespace
