#include "gateway/harmonize/series/frequency.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MeasureRule flow() {
    MeasureRule rule;
    rule.kind = MeasureKind::count;
    rule.temporal = Temporal::flow;
    rule.rule = "mappings/frequency.toml:1";
    return rule;
}
MeasureRule stock() {
    auto rule = flow();
    rule.temporal = Temporal::stock;
    rule.month = 12;
    rule.day = 31;
    rule.mean = MeanOf::year_ends;
    return rule;
}

std::vector<Observation> months(int first, int last) {
    std::vector<Observation> figures;
    for (int month = first; month <= last; ++month)
        figures.push_back(
            figure((month < 10 ? "2024-0" : "2024-") + std::to_string(month), std::to_string(month)));
    return figures;
}

std::vector<std::string> values(AtFrequency const& made) {
    std::vector<Observation> figures;
    figures.reserve(made.figures.size());
    for (auto const& one : made.figures) figures.push_back(one.figure);
    return texts_of(figures);
}

TEST(SeriesFrequency, SumsBirthsOverTwelveMonths) {
    auto const made = at_frequency(months(1, 12), parse_frequency("year"), flow());
    EXPECT_THAT(values(made), ElementsAre("2024 78"));
    EXPECT_EQ(made.figures[0].note.id, "time.sum");
    EXPECT_EQ(made.figures[0].note.de, "Summe aus 12 Monaten");
    EXPECT_EQ(made.figures[0].note.place, "mappings/frequency.toml:1");
    EXPECT_EQ(made.figures[0].parts.size(), 12U);
    EXPECT_THAT(made.unused, IsEmpty());
}

TEST(SeriesFrequency, SumsMonthsToQuartersAndHalfYears) {
    auto const series = months(1, 12);
    EXPECT_THAT(values(at_frequency(series, parse_frequency("quarter"), flow())),
                ElementsAre("2024-Q1 6", "2024-Q2 15", "2024-Q3 24", "2024-Q4 33"));
    EXPECT_THAT(values(at_frequency(series, parse_frequency("half-year"), flow())),
                ElementsAre("2024-S1 21", "2024-S2 57"));
}

TEST(SeriesFrequency, GivesNoNumberForAnIncompleteYearAndNamesWhatIsMissing) {
    auto const made = at_frequency(months(1, 11), parse_frequency("year"), flow());
    EXPECT_THAT(values(made), ElementsAre("2024 UNKNOWN"));
    EXPECT_EQ(made.figures[0].note.id, "time.incomplete");
    EXPECT_THAT(made.figures[0].note.en, HasSubstr("11 of 12 months; missing: 2024-12"));
    EXPECT_EQ(made.unused.size(), 11U) << "what stands for nothing is told";
}

TEST(SeriesFrequency, PrefersThePublishedYearToASum) {
    auto series = months(1, 12);
    series.push_back(figure("2024", "80"));
    auto const made = at_frequency(series, parse_frequency("year"), flow());
    EXPECT_THAT(values(made), ElementsAre("2024 80"));
    EXPECT_EQ(made.figures[0].note.id, "time.as-published");
    EXPECT_EQ(made.unused.size(), 12U);
}

TEST(SeriesFrequency, TakesTheStockOfTheReferenceDate) {
    std::vector<Observation> const series{figure("2024-06-30", "10"), figure("2024-12-31", "20"),
                                          figure("2025-06-30", "30")};
    auto const year = at_frequency(series, parse_frequency("year"), stock());
    EXPECT_THAT(values(year), ElementsAre("2024 20", "2025 UNKNOWN"));
    EXPECT_EQ(year.figures[0].note.id, "time.reference-date");
    EXPECT_EQ(year.figures[0].note.de, "Stand am Stichtag 31.12.2024");
    EXPECT_THAT(year.figures[1].note.en, HasSubstr("no figure of the reference date 2025-12-31"));
    EXPECT_THAT(year.figures[1].note.en, HasSubstr("there are: 2025-06-30"));
    auto const june = at_frequency(series, parse_frequency("year.06-30"), stock());
    EXPECT_THAT(values(june), ElementsAre("2024 10", "2025 30"));
}

TEST(SeriesFrequency, NeverTakesAnotherDayForOneThatDoesNotExist) {
    std::vector<Observation> const series{figure("2023-02-28", "10"), figure("2023-12-31", "20")};
    EXPECT_THAT(values(at_frequency(series, parse_frequency("year.02-29"), stock())),
                ElementsAre("2023 UNKNOWN"));
}

TEST(SeriesFrequency, AveragesTheStocksThatTheRuleNames) {
    std::vector<Observation> const series{figure("2022-12-31", "100"), figure("2023-12-31", "105"),
                                          figure("2024-12-31", "111")};
    auto const made = at_frequency(series, parse_frequency("year-mean"), stock());
    EXPECT_THAT(values(made), ElementsAre("2022 UNKNOWN", "2023 102.5", "2024 108"));
    EXPECT_EQ(made.figures[1].note.id, "time.mean-of-dates");
    EXPECT_THAT(made.figures[1].note.en, HasSubstr("2022-12-31, 2023-12-31"));
    auto without = stock();
    without.mean = MeanOf::none;
    EXPECT_THAT(at_frequency(series, parse_frequency("year-mean"), without).refused,
                HasSubstr("no rule says of which reference dates"));
}

TEST(SeriesFrequency, AveragesTheQuartersOfEmployees) {
    auto rule = stock();
    rule.mean = MeanOf::quarter_ends;
    std::vector<Observation> const series{figure("2024-03-31", "1"), figure("2024-06-30", "2"),
                                          figure("2024-09-30", "3"), figure("2024-12-31", "5")};
    EXPECT_THAT(values(at_frequency(series, parse_frequency("year-mean"), rule)), ElementsAre("2024 2.75"));
}

TEST(SeriesFrequency, NeverSumsARatio) {
    MeasureRule rule;
    rule.kind = MeasureKind::ratio;
    auto const made = at_frequency(months(1, 12), parse_frequency("year"), rule);
    EXPECT_THAT(made.figures, IsEmpty());
    EXPECT_THAT(made.refused, HasSubstr("a ratio is not summed over time"));
    EXPECT_THAT(made.refused, HasSubstr("numerator and denominator"));
}

TEST(SeriesFrequency, KeepsPublishedRatiosOfTheFrequencyAskedFor) {
    MeasureRule rule;
    rule.kind = MeasureKind::ratio;
    auto const made =
        at_frequency({figure("2023", "12.5"), figure("2024-06", "13")}, parse_frequency("year"), rule);
    EXPECT_THAT(values(made), ElementsAre("2023 12.5", "2024 UNKNOWN"));
    EXPECT_EQ(made.figures[1].note.id, "time.no-rule");
}

TEST(SeriesFrequency, RefusesCountsOfWhichNobodyKnowsWhetherTheySum) {
    MeasureRule rule;
    rule.kind = MeasureKind::count;
    EXPECT_THAT(at_frequency(months(1, 12), parse_frequency("year"), rule).refused,
                HasSubstr("whether it is a stock or a flow"));
    // Days are stocks whatever the rule says: taking one adds nothing up.
    EXPECT_THAT(values(at_frequency({figure("2024-12-31", "7")}, parse_frequency("year"), rule)),
                ElementsAre("2024 7"));
}

TEST(SeriesFrequency, PutsASchoolYearIntoTheYearOfItsReferenceDate) {
    auto rule = stock();
    rule.school_year_told = true;
    std::vector<Observation> const series{figure("2023-08-01/P1Y", "900")};
    auto const pupils = at_frequency(series, parse_frequency("year"), rule);
    EXPECT_THAT(values(pupils), ElementsAre("2023 900"));
    EXPECT_EQ(pupils.figures[0].note.id, "time.school-year");
    auto leavers = flow();
    leavers.school_year_told = leavers.school_year_end = true;
    EXPECT_THAT(values(at_frequency(series, parse_frequency("year"), leavers)), ElementsAre("2024 900"));
    auto untold = stock();
    auto const none = at_frequency(series, parse_frequency("year"), untold);
    EXPECT_THAT(none.figures, IsEmpty());
    ASSERT_EQ(none.unused.size(), 1U);
    EXPECT_THAT(none.unused[0].name, HasSubstr("no rule says for which year it stands"));
}

TEST(SeriesFrequency, LetsTheWinterTermStandForTheYear) {
    auto rule = stock();
    rule.term_told = true;
    std::vector<Observation> const series{figure("2023-04-01/P6M", "2500"), figure("2023-10-01/P6M", "2753")};
    auto const made = at_frequency(series, parse_frequency("year"), rule);
    EXPECT_THAT(values(made), ElementsAre("2023 2753"));
    ASSERT_EQ(made.unused.size(), 1U);
    EXPECT_EQ(made.unused[0].name, "the winter term stands for the year");
}

TEST(SeriesFrequency, MakesTheIndexOfAYearFromItsMonths) {
    MeasureRule rule;
    rule.kind = MeasureKind::index;
    rule.temporal = Temporal::mean;
    rule.mean = MeanOf::months;
    auto const made = at_frequency(months(1, 12), parse_frequency("year"), rule);
    EXPECT_THAT(values(made), ElementsAre("2024 6.5"));
    EXPECT_EQ(made.figures[0].note.id, "time.mean");
}

TEST(SeriesFrequency, SaysWhyAYearWithASecretMonthHasNoNumber) {
    auto series = months(1, 11);
    series.push_back(missing("2024-12", MissingReason::confidential));
    auto const made = at_frequency(series, parse_frequency("year"), flow());
    EXPECT_THAT(values(made), ElementsAre("2024 CONFIDENTIAL"));
    EXPECT_THAT(made.figures[0].note.en, HasSubstr("2024-12"));
}

TEST(SeriesFrequency, RefusesFrequenciesThatAreNone) {
    for (auto const* text :
         {"", "annual", "year.", "year.13-01", "year.02-30", "quarter.03-31", "year-mean."})
        EXPECT_THROW(parse_frequency(text), Error) << text;
    for (auto const* text :
         {"year", "half-year", "quarter", "month", "school-year", "year-mean", "year.06-30"})
        EXPECT_EQ(parse_frequency(text).text(), text);
}

} // namespace
} // namespace gateway::harmonize::series
