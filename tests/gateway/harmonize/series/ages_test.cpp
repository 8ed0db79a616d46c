#include "gateway/harmonize/series/ages.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

AgeLists lists() {
    return AgeLists::load(project_mappings());
}

std::vector<std::size_t> parts_of(char const* target, char const* sources) {
    return tile(lists().parse(target).front(), lists().parse(sources)).parts;
}

TEST(AgeGroups, ReadAndWriteTheCommonCodes) {
    for (auto const* code : {"_T", "Y_LT3", "Y3T5", "Y18", "Y_GE75", "Y15T64", "Y0"})
        EXPECT_EQ(age_group(code).value().code(), code);
    for (auto const* code : {"", "_U", "Y", "Y5T3", "Y_LT0", "YxT3", "Y_GE", "Y999"})
        EXPECT_FALSE(age_group(code)) << code;
    EXPECT_EQ(age_group("Y_LT18")->text(), "0-17");
    EXPECT_EQ(age_group("Y_GE65")->text(), "65+");
}

TEST(AgeGroups, AreMadeWhereBoundsNest) {
    EXPECT_THAT(parts_of("0-17", "genesis-17"), ElementsAre(0U, 1U, 2U, 3U, 4U));
    EXPECT_THAT(parts_of("65+", "genesis-17"), ElementsAre(15U, 16U));
    EXPECT_THAT(parts_of("15-64", "genesis-20").size(), 10U);
}

TEST(AgeGroups, AreRefusedWhereBoundsDoNotNestWithTheNearestThatDo) {
    auto const tiling = tile({0, 17}, lists().parse("genesis-20"));
    EXPECT_THAT(tiling.parts, IsEmpty());
    ASSERT_EQ(tiling.nearest.size(), 2U);
    EXPECT_EQ(tiling.nearest[0].text(), "0-14");
    EXPECT_EQ(tiling.nearest[1].text(), "0-19");
}

TEST(AgeGroups, PreferTheOfficesAggregateToOurSum) {
    EXPECT_THAT(parts_of("0-17", "0-2,3-5,6-17,0-5,0-17"), ElementsAre(4U));
    EXPECT_THAT(parts_of("0-17", "0-2,3-5,6-17,0-5"), ElementsAre(3U, 2U));
}

TEST(AgeGroups, NeverOverlapOrLeaveAGap) {
    EXPECT_THAT(parts_of("0-9", "0-5,5-9"), IsEmpty());
    EXPECT_THAT(parts_of("0-9", "0-4,6-9"), IsEmpty());
    EXPECT_THAT(parts_of("0+", "0-4,5-9"), IsEmpty()) << "an open group needs an open part";
}

TEST(AgeGroups, AddFiguresWithTheirBounds) {
    auto const r5 = Protection::r5;
    std::vector<std::pair<AgeGroup, Observation>> const sources{{{0, 2}, figure("2024-12-31", "10", r5)},
                                                                {{3, 5}, figure("2024-12-31", "15", r5)}};
    auto const made = at_ages({0, 5}, sources, period("2024-12-31"));
    EXPECT_EQ(text_of(made.figure), "25");
    EXPECT_EQ(made.figure.quality.bounds->above.to_string(), "4");
    EXPECT_EQ(made.note.en, "sum of the age groups 0-2, 3-5");
    auto const kept = at_ages({3, 5}, sources, period("2024-12-31"));
    EXPECT_EQ(kept.making, Making::kept);
    EXPECT_EQ(kept.figure.quality.protection, r5);
}

TEST(AgeGroups, HaveNoNumberWhereAPartIsSecret) {
    std::vector<std::pair<AgeGroup, Observation>> const sources{
        {{0, 2}, figure("2024-12-31", "10")}, {{3, 5}, missing("2024-12-31", MissingReason::confidential)}};
    EXPECT_EQ(text_of(at_ages({0, 5}, sources, period("2024-12-31")).figure), "CONFIDENTIAL");
    auto const made = at_ages({0, 4}, sources, period("2024-12-31"));
    EXPECT_EQ(made.note.id, "ages.do-not-nest");
    EXPECT_THAT(made.note.en, HasSubstr("possible are: 0-2, 0-5"));
}

TEST(AgeGroups, OfTheCensusNestIntoItsTotal) {
    // E7: the age groups of Niedersachsen sum to 7,943,272, the published total is 7,943,265: cell keys.
    auto const groups = lists().parse("census");
    std::vector<std::size_t> all(groups.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    EXPECT_EQ(tile({}, groups).parts, all);
}

TEST(AgeGroups, RefuseListsThatCannotBeRead) {
    for (auto const* text : {"", "0-17,", "17-0", "u18", "0-17,0-17", "a+", "0-200"})
        EXPECT_THROW(static_cast<void>(lists().parse(text)), Error) << text;
    try {
        static_cast<void>(lists().parse("u18"));
        FAIL();
    } catch (Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("genesis-17"));
        EXPECT_THAT(error.what(), HasSubstr("0-17,18-64,65+"));
    }
}

} // namespace
} // namespace gateway::harmonize::series
