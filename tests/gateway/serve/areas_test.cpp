// Areas, datasets and indicators of the county API.
#include <gmock/gmock.h>

#include <set>

#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;

class Areas : public ServiceTest {
  protected:
    std::vector<std::string> keys(std::string const& target) {
        auto const document = ask(target).json();
        std::vector<std::string> result;
        auto const& areas = document["areas"];
        for (rapidjson::SizeType i = 0; i < areas.Size(); ++i)
            result.emplace_back(areas[i]["key"].GetString());
        return result;
    }
};

TEST_F(Areas, AreFoundByNameKeyAndFormerName) {
    EXPECT_EQ(keys("/api/v1/areas?search=goslar").front(), "03153");
    EXPECT_EQ(keys("/api/v1/areas?search=03153").front(), "03153");
    EXPECT_EQ(keys("/api/v1/areas?search=Goetingen").front(), "03159") << "a slip of the pen";
    // Osterode went into Göttingen in 2016; both are found, the dissolved one with its last day.
    EXPECT_THAT(keys("/api/v1/areas?search=Osterode"), ::testing::Contains("03156"));
    auto const found = ask("/api/v1/areas?search=Osterode").json();
    EXPECT_STREQ(found["areas"][0]["valid_to"].GetString(), "2016-10-31");
}

TEST_F(Areas, AreFoundByTheirWordsInAnyOrderWithAndWithoutTheirKind) {
    EXPECT_EQ(keys("/api/v1/areas?search=Landkreis%20Goslar").front(), "03153");
    EXPECT_EQ(keys("/api/v1/areas?search=Goslar%2C%20Landkreis").front(), "03153");
    EXPECT_THAT(keys("/api/v1/areas?search=Osterode%20am%20Harz%2C%20Landkreis"),
                ::testing::Contains("03156"));
    EXPECT_THAT(keys("/api/v1/areas?search=Land%20Nordhausen"), ::testing::Contains("16062"));
    EXPECT_TRUE(keys("/api/v1/areas?search=Landkreis%20Xyzzyq").empty()) << "a kind alone is no name";
}

TEST_F(Areas, ComeAPageAtATimeWithoutGapOrDouble) {
    std::set<std::string> seen;
    std::string target = "/api/v1/areas?level=county&on=2024-12-31&limit=150";
    std::size_t pages = 0;
    while (!target.empty()) {
        auto const page = ask(target).json();
        EXPECT_EQ(page["total"].GetUint(), 400U);
        auto const& areas = page["areas"];
        for (rapidjson::SizeType i = 0; i < areas.Size(); ++i)
            EXPECT_TRUE(seen.insert(areas[i]["key"].GetString()).second);
        target = page["next"].IsString() ? page["next"].GetString() : "";
        ASSERT_LT(++pages, 10U);
    }
    EXPECT_EQ(pages, 3U);
    EXPECT_EQ(seen.size(), 400U);
}

TEST_F(Areas, TellWhatTheyWereMadeOf) {
    auto const history = ask("/api/v1/areas/03159/history").json();
    ASSERT_EQ(history["lives"].Size(), 1U);
    std::set<std::string> sources;
    auto const& from = history["lives"][0]["from"];
    for (rapidjson::SizeType i = 0; i < from.Size(); ++i)
        if (from[i]["old_key"].IsString()) sources.insert(from[i]["old_key"].GetString());
    EXPECT_EQ(sources.count("03152"), 1U);
    EXPECT_EQ(sources.count("03156"), 1U);
}

TEST_F(Areas, HaveChildren) {
    auto const children = keys("/api/v1/areas/DG/children");
    EXPECT_EQ(children.size(), 16U);
    EXPECT_THAT(keys("/api/v1/areas/03/children?level=county&on=2024-12-31"), ::testing::SizeIs(45));
}

TEST_F(Areas, AreNotGuessedWhereAKeyLostItsZero) {
    auto const answer = ask("/api/v1/areas/3153");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_THAT(answer.json()["next_step"].GetString(), HasSubstr("03153"));
}

using Datasets = Areas;

TEST_F(Datasets, TellCodesVintagesAndLicence) {
    auto const list = ask("/api/v1/datasets").json();
    ASSERT_EQ(list["datasets"].Size(), 1U);
    EXPECT_STREQ(list["datasets"][0]["id"].GetString(), "REGIO_12411-01-01-4");
    auto const one = ask("/api/v1/datasets/12411-01-01-4").json();
    EXPECT_EQ(one["vintages"].Size(), 2U);
    EXPECT_EQ(one["series"].GetUint(), 3U);
    EXPECT_STREQ(one["first_period"].GetString(), "2023-12-31");
    EXPECT_STREQ(one["dimensions"][0]["codes"][0]["label"].GetString(), "Bevölkerungsstand");
}

TEST_F(Datasets, RefuseAnUnknownIdWithNearOnes) {
    auto const answer = ask("/api/v1/datasets/REGIO_12411");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_THAT(answer.json()["next_step"].GetString(), HasSubstr("REGIO_12411-01-01-4"));
}

TEST_F(Datasets, DefineTheirIndicators) {
    auto const list = ask("/api/v1/indicators?dataset=REGIO_12411-01-01-4").json();
    ASSERT_EQ(list["indicators"].Size(), 2U);
    auto const& male = list["indicators"][0];
    EXPECT_STREQ(male["indicator"].GetString(), "MEASURE=BEVSTD,UNIT=PS,SEX=M");
    EXPECT_THAT(male["name"].GetString(), HasSubstr("männlich"));
    EXPECT_STREQ(male["definition"]["kind"].GetString(), "count");
    EXPECT_STREQ(male["definition"]["concepts"][0].GetString(), "POP_ESTIMATE");
    EXPECT_EQ(ask("/api/v1/indicators?search=weiblich").json()["total"].GetUint(), 0U);
}

} // namespace
