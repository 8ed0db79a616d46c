#include "gateway/derive/measures.hpp"

#include <gmock/gmock.h>

#include "gateway/derive/combine.hpp"
#include "memory.hpp"

namespace gateway::derive::testing {
namespace {

DatasetInfo dataset(std::string table, std::string statistic) {
    DatasetInfo info;
    info.table = std::move(table);
    info.statistic = std::move(statistic);
    return info;
}

TEST(Measures, AreLookedUpFromTheSpecialToTheGeneral) {
    auto const& rules = measures();
    auto const kind = [&](std::string const& code, std::string const& unit, std::string const& statistic,
                          std::string const& label = "") {
        return rules.use(dataset("X", statistic), measure(code, unit), label).kind;
    };
    EXPECT_EQ(kind("BEVSTD", "PS", ""), MeasureKind::count);
    EXPECT_EQ(kind("WHG006", "PT", ""), MeasureKind::ratio); // CODE/UNIT before CODE
    EXPECT_EQ(kind("WHG006", "NR", ""), MeasureKind::count);
    EXPECT_EQ(kind("NEW001", "NR", "12411"), MeasureKind::count);
    EXPECT_EQ(kind("NEW001", "PT", "12411"),
              MeasureKind::ratio); // a statistic of counts has percentages, too
    EXPECT_EQ(kind("NEW001", "IX_2020", ""), MeasureKind::index);
    EXPECT_EQ(kind("NEW001", "EUR", ""), MeasureKind::unknown); // a rent or a budget
    EXPECT_EQ(kind("NEW001", "NR", "", "Geburten je 1000 Frauen"), MeasureKind::ratio);
    EXPECT_EQ(kind("NEW001", "NR", "", "Durchschnittsalter"), MeasureKind::mean);
}

TEST(Measures, SayTheWeightThatFits) {
    auto const weight = [](std::string const& code, std::string const& unit) {
        return measures().use(dataset("X", ""), measure(code, unit), "").weight;
    };
    EXPECT_EQ(weight("ERW065", "PS"), harmonize::territory::Weight::employees);
    EXPECT_EQ(weight("NEW001", "HA"), harmonize::territory::Weight::area);
    EXPECT_EQ(weight("NEW001", "PS"), harmonize::territory::Weight::population);
}

TEST(Measures, FindComponentsByCodeUnitAndFurtherCodes) {
    Component of;
    of.measure = "BEVSTD";
    of.codes["CITIZENSHIP"] = "FOR";
    auto ratio = measure("SHARE", "PT");
    ratio.set("SEX", "F");
    auto candidate = measure("BEVSTD");
    candidate.set("SEX", "F");
    EXPECT_FALSE(is_component(candidate, of, ratio));
    candidate.set("CITIZENSHIP", "FOR");
    EXPECT_TRUE(is_component(candidate, of, ratio));
    candidate.set("SEX", "M");
    EXPECT_FALSE(is_component(candidate, of, ratio));
}

TEST(ApportionedPart, KeepsTheSourceWhole) {
    std::vector<double> const shares{0.3333, 0.3333, 0.3334};
    for (std::int64_t const amount : {0L, 1L, 2L, 100L, -7L, 123456789L}) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < shares.size(); ++i) sum += apportioned_part(amount, shares, i);
        EXPECT_EQ(sum, amount);
    }
}

TEST(Weaker, IsTheStatusThatTrustsLess) {
    EXPECT_EQ(weaker(ObsStatus::normal, ObsStatus::provisional), ObsStatus::provisional);
    EXPECT_EQ(weaker(ObsStatus::estimated, ObsStatus::provisional), ObsStatus::estimated);
    EXPECT_EQ(weaker(ObsStatus::low_reliability, ObsStatus::estimated), ObsStatus::low_reliability);
}

} // namespace
} // namespace gateway::derive::testing
