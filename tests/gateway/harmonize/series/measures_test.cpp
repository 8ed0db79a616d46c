#include "gateway/harmonize/series/measures.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

IndicatorKey measure(char const* code, char const* unit) {
    IndicatorKey key;
    key.set("MEASURE", code);
    key.set("UNIT", unit);
    return key;
}

TEST(MeasureRules, SayWhatAMeasureIs) {
    auto const rules = MeasureRules::load(project_mappings());
    auto const& people = rules.find(table("12411-01-01-4"), measure("BEVSTD", "PS"));
    EXPECT_EQ(people.kind, MeasureKind::count);
    EXPECT_EQ(people.temporal, Temporal::stock);
    EXPECT_EQ(people.mean, MeanOf::year_ends);
    EXPECT_EQ(people.month, 12U);
    EXPECT_EQ(people.day, 31U);
    EXPECT_FALSE(people.assumed);
    EXPECT_THAT(people.rule, testing::StartsWith("mappings/frequency.toml:"));
}

TEST(MeasureRules, TellOneCodeInTwoUnitsApart) {
    auto const rules = MeasureRules::load(project_mappings());
    EXPECT_EQ(rules.find(table("4000W-2041"), measure("WHG006", "NR")).kind, MeasureKind::count);
    EXPECT_EQ(rules.find(table("4000W-2041"), measure("WHG006", "PT")).kind, MeasureKind::ratio);
    EXPECT_EQ(rules.find(table("61111-0001"), measure("PREIS1", "PT")).kind, MeasureKind::ratio);
    EXPECT_EQ(rules.find(table("61111-0001"), measure("PREIS1", "IX_2020")).kind, MeasureKind::index);
}

TEST(MeasureRules, NeverTakeAPercentageForACount) {
    auto const rules = MeasureRules::load(project_mappings());
    EXPECT_EQ(rules.find(table("12411-01-01-4"), measure("BEVSTD", "PT")).kind, MeasureKind::ratio);
    EXPECT_EQ(rules.find(table("12612-05-01-4"), measure("UNKNOWN1", "PM")).kind, MeasureKind::ratio);
}

TEST(MeasureRules, DecideByTableStatisticAndUnitAndSayWhenTheyAssume) {
    auto const rules = MeasureRules::load(project_mappings());
    EXPECT_EQ(rules.find(table("12612-05-01-4"), measure("UNKNOWN1", "NR")).temporal, Temporal::flow);
    EXPECT_TRUE(rules.find(table("21111-02-06-4"), measure("UNKNOWN1", "PS")).school_year_end);
    EXPECT_FALSE(rules.find(table("21111-01-03-4"), measure("UNKNOWN1", "PS")).school_year_end);
    auto const& guess = rules.find(table("99999-01-01-4"), measure("UNKNOWN1", "PS"));
    EXPECT_TRUE(guess.assumed);
    EXPECT_EQ(guess.temporal, Temporal::unknown);
    auto const& nothing = rules.find(table("99999-01-01-4"), measure("UNKNOWN1", "EUR"));
    EXPECT_EQ(nothing.kind, MeasureKind::unknown);
    EXPECT_TRUE(nothing.rule.empty());
}

} // namespace
} // namespace gateway::harmonize::series
