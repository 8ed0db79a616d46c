#include "gateway/harmonize/series/breaks.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UnixTime received(char const* day) {
    return UnixTime{parse_date(day).value()} * 86400;
}
std::vector<std::string> ids(std::vector<Break> const& breaks) {
    std::vector<std::string> names;
    names.reserve(breaks.size());
    for (auto const& one : breaks) names.push_back(one.id);
    return names;
}
std::vector<Break> between(char const* code, char const* earlier, char const* later,
                           std::optional<UnixTime> first = {}, std::optional<UnixTime> second = {},
                           IndicatorKey const& indicator = {}) {
    return BreakRegister::load(project_mappings())
        .between(table(code), indicator, {period(earlier), first}, {period(later), second});
}

TEST(BreakRegister, MarksTheCensusesThatPopulationEstimatesRestOn) {
    // E5: Goslar 2010 143,014 on the census of 1987; 2011 139,575 on that of 2011.
    auto const found = between("12411-01-01-4", "2010-12-31", "2011-12-31");
    EXPECT_THAT(ids(found), ElementsAre("basis-VZ1987-Z2011"));
    EXPECT_TRUE(found[0].obs_status);
    EXPECT_EQ(found[0].severity, "level");
    EXPECT_EQ(date_text(found[0].from), "2011-05-09");
    EXPECT_THAT(ids(between("12411-01-01-4", "2011-12-31", "2012-12-31")), IsEmpty());
}

TEST(BreakRegister, KnowsThatTheBaseDependsOnWhenAFigureWasReceived) {
    auto const old = received("2024-06-29");
    auto const now = received("2025-04-10");
    // 2022-12-31 as received in 2024 (134,672), 2023-12-31 as received in 2025 (127,712).
    EXPECT_THAT(ids(between("12411-01-01-4", "2022-12-31", "2023-12-31", old, now)),
                ElementsAre("basis-Z2011-Z2022"));
    EXPECT_THAT(ids(between("12411-01-01-4", "2022-12-31", "2023-12-31", old, old)), IsEmpty());
    EXPECT_THAT(ids(between("12411-01-01-4", "2021-12-31", "2022-12-31", now, now)),
                ElementsAre("basis-Z2011-Z2022"));
    auto const unknown = between("12411-01-01-4", "2022-12-31", "2023-12-31", received("2025-01-15"), now);
    EXPECT_THAT(ids(unknown), ElementsAre("basis-unknown"));
    EXPECT_FALSE(unknown[0].obs_status) << "not known is not a break";
}

TEST(BreakRegister, MarksTheLineOfGoslarAsTheHandbookDoes) {
    // E5: breaks in 2011 and 2022, the rounding of the register from 2016.
    DatasetInfo people;
    people.id = "LSN_1-1-1";
    auto const known = BreakRegister::load(project_mappings());
    std::vector<std::string> years;
    for (int year = 2006; year <= 2024; ++year) {
        Point const before{TimePeriod::year(year - 1).value(), {}};
        Point const now{TimePeriod::year(year).value(), {}};
        for (auto const& found : known.between(people, {}, before, now))
            years.push_back(std::to_string(year) + " " + found.id);
    }
    EXPECT_THAT(years, ElementsAre("2011 basis-VZ1987-Z2011", "2022 basis-Z2011-Z2022"));
    IndicatorKey foreigners;
    foreigners.set("MEASURE", "AZR");
    DatasetInfo azr;
    azr.id = "LSN_1-2-4";
    EXPECT_THAT(ids(known.between(azr, foreigners, {period("2015"), {}}, {period("2016"), {}})),
                ElementsAre("azr-rounding-2016"));
}

TEST(BreakRegister, TellsTheBaseOfAFigure) {
    auto const known = BreakRegister::load(project_mappings());
    EXPECT_EQ(known.basis(table("12411-01-01-4"), {period("2005-12-31"), {}}), "VZ1987");
    EXPECT_EQ(known.basis(table("12411-01-01-4"), {period("2015-12-31"), {}}), "Z2011");
    EXPECT_EQ(known.basis(table("12411-01-01-4"), {period("2023-12-31"), {}}), "?");
    EXPECT_EQ(known.basis(table("12521-0040"), {period("2023-12-31"), {}}), "");
}

TEST(BreakRegister, CallsRoundingNoBreakOfTheStandard) {
    auto const found = between("12521-0040", "2015-12-31", "2016-12-31");
    EXPECT_THAT(ids(found), ElementsAre("azr-rounding-2016"));
    EXPECT_FALSE(found[0].obs_status);
    EXPECT_EQ(found[0].severity, "protection");
}

TEST(BreakRegister, MarksTheMicrocensusOf2020) {
    EXPECT_THAT(ids(between("12211-Z-04", "2019", "2020")), ElementsAre("microcensus-2020"));
    EXPECT_THAT(ids(between("12211-Z-04", "2018", "2022")),
                ElementsAre("microcensus-2020", "microcensus-census-2022"));
}

TEST(BreakRegister, MarksTheDefinitionOfMigrationBackgroundOnlyWhereItIsCounted) {
    IndicatorKey background;
    background.set("MIG_CONCEPT", "MH_NARROW");
    EXPECT_THAT(ids(between("12211-Z-04", "2016", "2017", {}, {}, background)),
                ElementsAre("migration-background-2017"));
    EXPECT_THAT(ids(between("12211-Z-04", "2016", "2017")), IsEmpty());
}

TEST(BreakRegister, SetsTheStatusOnlyWhereNothingElseIsSaid) {
    auto const found = between("12411-01-01-4", "2010-12-31", "2011-12-31");
    auto plain = figure("2011-12-31", "139575");
    mark_break(plain, found);
    EXPECT_EQ(plain.quality.status, ObsStatus::series_break);
    auto provisional = figure("2011-12-31", "139575");
    provisional.quality.status = ObsStatus::provisional;
    mark_break(provisional, found);
    EXPECT_EQ(provisional.quality.status, ObsStatus::provisional);
    auto gone = missing("2011-12-31", MissingReason::confidential);
    mark_break(gone, found);
    EXPECT_EQ(gone.quality.status, ObsStatus::normal);
    auto rounded = figure("2016-12-31", "11745");
    mark_break(rounded, between("12521-0040", "2015-12-31", "2016-12-31"));
    EXPECT_EQ(rounded.quality.status, ObsStatus::normal);
}

TEST(BreakRegister, SaysEveryBreakInBothLanguagesWithItsSource) {
    auto const known = BreakRegister::load(project_mappings());
    EXPECT_GE(known.size(), 8U);
    for (auto const* code : {"12211-Z-04", "12521-0040", "12531-01-01-4"})
        for (auto const& one : known.concerning(table(code), {})) {
            EXPECT_FALSE(one.de.empty() || one.en.empty() || one.source.empty()) << one.id;
            EXPECT_THAT(one.place, HasSubstr("mappings/breaks.toml:"));
        }
}

} // namespace
} // namespace gateway::harmonize::series
