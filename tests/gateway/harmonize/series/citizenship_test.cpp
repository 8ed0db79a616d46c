#include "gateway/harmonize/series/citizenship.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::HasSubstr;
using Group = CitizenshipTable::Group;

CitizenshipTable table() {
    return CitizenshipTable::load(project_mappings());
}
std::int32_t day(char const* text) {
    return parse_date(text).value();
}

TEST(CitizenshipGroups, KnowsTheUnionByDate) {
    auto const known = table();
    EXPECT_EQ(known.group_of("GBR", day("2020-01-31")), Group::member);
    EXPECT_EQ(known.group_of("GBR", day("2020-02-01")), Group::third);
    EXPECT_EQ(known.group_of("HRV", day("2013-06-30")), Group::third);
    EXPECT_EQ(known.group_of("HRV", day("2013-07-01")), Group::member);
    EXPECT_EQ(known.group_of("ST129", day("2024-12-31")), Group::member) << "France, as the source writes it";
    EXPECT_EQ(known.group_of("STLESS", day("2024-12-31")), Group::third);
    EXPECT_EQ(known.group_of("ST138", day("2000-12-31")), Group::third) << "a predecessor state";
    EXPECT_EQ(known.group_of("FOR", day("2024-12-31")), Group::aggregate);
    EXPECT_EQ(known.group_of("XYZ", day("2024-12-31")), Group::unknown);
}

TEST(CitizenshipGroups, HoldTwentySevenMembersWithGermanySince2020) {
    auto const known = table();
    auto const count = [&known](char const* date) {
        std::size_t members = 1; // Germany
        for (auto const* code : {"BEL", "FRA", "ITA", "LUX", "NLD", "DNK", "IRL", "GBR", "GRC",
                                 "PRT", "ESP", "FIN", "AUT", "SWE", "EST", "LVA", "LTU", "MLT",
                                 "POL", "SVK", "SVN", "CZE", "HUN", "CYP", "BGR", "ROU", "HRV"})
            if (known.group_of(code, day(date)) == Group::member) ++members;
        return members;
    };
    EXPECT_EQ(count("1990-12-31"), 12U);
    EXPECT_EQ(count("1995-12-31"), 15U);
    EXPECT_EQ(count("2004-12-31"), 25U);
    EXPECT_EQ(count("2012-12-31"), 27U);
    EXPECT_EQ(count("2013-12-31"), 28U);
    EXPECT_EQ(count("2024-12-31"), 27U);
}

using Sources = std::vector<std::pair<std::string, Observation>>;

TEST(CitizenshipGroups, SumStatesWhereAllForeignersProveThatNoneIsMissing) {
    Sources const sources{{"FOR", figure("2024-12-31", "100")},
                          {"POL", figure("2024-12-31", "60")},
                          {"TUR", figure("2024-12-31", "35")},
                          {"GBR", figure("2024-12-31", "5")}};
    auto const members = table().at_group("EU_F", sources, period("2024-12-31"));
    EXPECT_EQ(text_of(members.figure), "60");
    EXPECT_FALSE(members.figure.quality.bounds);
    EXPECT_EQ(text_of(table().at_group("NEU_F", sources, period("2024-12-31")).figure), "40");
}

TEST(CitizenshipGroups, PutTheUnitedKingdomIntoTheUnionUntilItLeft) {
    Sources const sources{{"FOR", figure("2019-12-31", "65")},
                          {"POL", figure("2019-12-31", "60")},
                          {"GBR", figure("2019-12-31", "5")}};
    EXPECT_EQ(text_of(table().at_group("EU_F", sources, period("2019-12-31")).figure), "65");
}

TEST(CitizenshipGroups, HaveNoNumberWhereStatesAreMissing) {
    Sources const sources{{"FOR", figure("2024-12-31", "101")},
                          {"POL", figure("2024-12-31", "60")},
                          {"TUR", figure("2024-12-31", "40")}};
    auto const made = table().at_group("EU_F", sources, period("2024-12-31"));
    EXPECT_EQ(made.note.id, "citizenship.incomplete");
    Sources const without{{"POL", figure("2024-12-31", "60")}};
    EXPECT_EQ(table().at_group("EU_F", without, period("2024-12-31")).note.id, "citizenship.not-provable");
}

TEST(CitizenshipGroups, WidenTheBoundByWhatRoundingMayHide) {
    auto const r5 = Protection::r5;
    Sources const sources{{"FOR", figure("2024-12-31", "105", r5)},
                          {"POL", figure("2024-12-31", "60", r5)},
                          {"TUR", figure("2024-12-31", "40", r5)}};
    auto const made = table().at_group("EU_F", sources, period("2024-12-31"));
    EXPECT_EQ(text_of(made.figure), "60");
    ASSERT_TRUE(made.figure.quality.bounds);
    EXPECT_EQ(made.figure.quality.bounds->below.to_string(), "2");
    // gap 5, foreigners up to 2 more, the two states up to 2 less each
    EXPECT_EQ(made.figure.quality.bounds->above.to_string(), "13");
}

TEST(CitizenshipGroups, StopAtACodeThatNobodyKnows) {
    Sources const sources{{"FOR", figure("2024-12-31", "5")}, {"ST999", figure("2024-12-31", "5")}};
    auto const made = table().at_group("EU_F", sources, period("2024-12-31"));
    EXPECT_EQ(made.note.id, "citizenship.unknown-code");
    EXPECT_THAT(made.note.en, HasSubstr("ST999"));
}

TEST(CitizenshipGroups, PreferPublishedGroups) {
    Sources const sources{{"EU_F", figure("2024-12-31", "7")}, {"NEU_F", figure("2024-12-31", "8")}};
    EXPECT_EQ(table().at_group("EU_F", sources, period("2024-12-31")).making, Making::kept);
    EXPECT_EQ(text_of(table().at_group("FOR", sources, period("2024-12-31")).figure), "15");
    EXPECT_THROW(static_cast<void>(table().parse("EU")), Error);
    EXPECT_THROW(static_cast<void>(table().parse("DE,DE")), Error);
    EXPECT_THAT(table().parse("DE,EU_F"), testing::ElementsAre("DE", "EU_F"));
}

} // namespace
} // namespace gateway::harmonize::series
