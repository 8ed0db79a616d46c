#include "gateway/harmonize/series/combine.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

std::vector<Part> parts(std::vector<Observation> const& figures) {
    std::vector<Part> made;
    made.reserve(figures.size());
    for (auto const& one : figures) made.push_back({one.period.to_sdmx(), one});
    return made;
}

TEST(SeriesSum, AddsExactlyWithTheDigitsOfItsParts) {
    auto const made = sum_of(parts({figure("2024-01", "10.25"), figure("2024-02", "0.5")}), period("2024"));
    EXPECT_EQ(text_of(made.figure), "10.75");
    EXPECT_EQ(made.making, Making::summed);
    EXPECT_EQ(made.figure.quality.status, ObsStatus::normal);
    EXPECT_FALSE(made.figure.quality.bounds);
}

TEST(SeriesSum, AddsTheHalfWidthsOfRoundedCellsAndCallsItAnEstimate) {
    // E6: REC 4,320 + OPEN 545 + NONE 110, each rounded to 5.
    auto const r5 = Protection::r5;
    auto const made = sum_of(parts({figure("2024-12-31", "4320", r5), figure("2024-12-31", "545", r5),
                                    figure("2024-12-31", "110", r5)}),
                             period("2024-12-31"));
    EXPECT_EQ(text_of(made.figure), "4975");
    ASSERT_TRUE(made.figure.quality.bounds);
    EXPECT_EQ(made.figure.quality.bounds->below.to_string(), "6");
    EXPECT_EQ(made.figure.quality.bounds->above.to_string(), "6");
    EXPECT_EQ(made.figure.quality.status, ObsStatus::estimated);
    EXPECT_EQ(made.figure.quality.protection, Protection::r5);
}

TEST(SeriesSum, ClaimsNoBoundsWhereAPartHasNone) {
    auto const made = sum_of(parts({figure("2022-05-15", "10", Protection::ckm), figure("2022-05-15", "20")}),
                             period("2022-05-15"));
    EXPECT_FALSE(made.figure.quality.bounds);
    EXPECT_EQ(made.figure.quality.status, ObsStatus::estimated);
    EXPECT_EQ(made.figure.quality.protection, Protection::ckm);
}

TEST(SeriesSum, HasNoNumberWhereAPartIsConfidential) {
    auto const made = sum_of(parts({figure("2024-01", "10"), missing("2024-02", MissingReason::pending),
                                    missing("2024-03", MissingReason::confidential)}),
                             period("2024"));
    EXPECT_EQ(text_of(made.figure), "CONFIDENTIAL");
    EXPECT_EQ(made.figure.quality.status, ObsStatus::suppressed);
    EXPECT_EQ(made.figure.quality.confidentiality, ConfStatus::confidential);
    EXPECT_THAT(made.note.en, testing::HasSubstr("2024-03"));
}

TEST(SeriesSum, AddsTheMicrocensusAsTheHandbookDoes) {
    // E8, thousand: 16063 64 + 16056 23 = 87; families 15 + "/" have no value, U.
    auto const sample = Protection::sample;
    auto const people =
        sum_of(parts({figure("2019", "64", sample), figure("2019", "23", sample)}), period("2019"));
    EXPECT_EQ(text_of(people.figure), "87");
    EXPECT_EQ(people.figure.quality.status, ObsStatus::normal);
    EXPECT_FALSE(people.figure.quality.bounds) << "a sample has no bounds to claim";
    auto const families = sum_of(
        parts({figure("2019", "15", sample), missing("2019", MissingReason::unreliable)}), period("2019"));
    EXPECT_EQ(text_of(families.figure), "UNRELIABLE");
    EXPECT_EQ(families.figure.quality.status, ObsStatus::low_reliability);
}

TEST(SeriesSum, RefusesWhatDoesNotFit) {
    auto const big = "900000000000000000";
    std::vector<Observation> many(12, figure("2024-01", big));
    auto const made = sum_of(parts(many), period("2024"));
    EXPECT_EQ(made.making, Making::none);
    EXPECT_EQ(made.note.id, "sum.overflow");
}

TEST(SeriesSum, KeepsTheGravestStatusOfItsParts) {
    auto provisional = figure("2024-01", "1");
    provisional.quality.status = ObsStatus::provisional;
    auto weak = figure("2024-02", "1");
    weak.quality.status = ObsStatus::low_reliability;
    EXPECT_EQ(sum_of(parts({provisional, weak}), period("2024")).figure.quality.status,
              ObsStatus::low_reliability);
    EXPECT_EQ(sum_of(parts({provisional, figure("2024-02", "1")}), period("2024")).figure.quality.status,
              ObsStatus::provisional);
}

TEST(SeriesMean, IsExactWhereItCanBe) {
    auto const made =
        mean_of(parts({figure("2022-12-31", "127856"), figure("2023-12-31", "127713")}), period("2023"));
    EXPECT_EQ(text_of(made.figure), "127784.5");
    EXPECT_EQ(made.making, Making::averaged);
    EXPECT_TRUE(made.note.en.empty());
}

TEST(SeriesMean, SaysWhereItIsRounded) {
    auto const made = mean_of(parts({figure("2024-01", "1"), figure("2024-02", "1"), figure("2024-03", "0")}),
                              period("2024-Q1"));
    EXPECT_EQ(text_of(made.figure), "0.667");
    EXPECT_THAT(made.note.en, testing::HasSubstr("rounded to 3 decimals"));
}

TEST(SeriesMean, WidensBoundsOutwardsWhereItIsRounded) {
    auto const r3 = Protection::r3;
    auto const made =
        mean_of(parts({figure("2024-01", "3", r3), figure("2024-02", "3", r3), figure("2024-03", "6", r3)}),
                period("2024-Q1"));
    EXPECT_EQ(text_of(made.figure), "4");
    EXPECT_EQ(made.figure.quality.bounds->below.to_string(), "1");
    auto const rounded =
        mean_of(parts({figure("2024-01", "3", r3), figure("2024-02", "3", r3), figure("2024-03", "3.1", r3)}),
                period("2024-Q1"));
    EXPECT_GT(rounded.figure.quality.bounds->below, Decimal::from_integer(1));
}

} // namespace
} // namespace gateway::harmonize::series
