#include <gmock/gmock.h>

#include "tests/gateway/query/sample.hpp"

namespace gateway::query::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class QueryAvailability : public ::testing::Test {
  protected:
    Availability of(Selection const& selection, AvailabilityMode mode = AvailabilityMode::exact,
                    std::vector<std::string> const& components = {}) const {
        return available(*sample_.store, sample_.view, selection, mode, components);
    }
    static std::vector<std::string> values(Availability const& availability, std::string_view id) {
        for (auto const& component : availability.components)
            if (component.id == id) return component.values;
        return {"no such component"};
    }
    Sample sample_;
};

TEST_F(QueryAvailability, CountsSeriesAndObservationsOfEverything) {
    auto const all = of(sample_.everything());
    EXPECT_EQ(all.series, 7U * 210 + 55);
    EXPECT_EQ(all.observations, 5 * all.series);
    EXPECT_THAT(values(all, "FREQ"), ElementsAre("A"));
    EXPECT_THAT(values(all, "AREA"), SizeIs(150));
    EXPECT_THAT(values(all, "SEX"), SizeIs(20));
    EXPECT_THAT(all.periods, SizeIs(5));
}

TEST_F(QueryAvailability, ExactTellsWhatOccursTogether) {
    auto selection = sample_.everything();
    selection.patterns = {{{{}, {"10002"}}}};
    selection.start = parse_time_range("2018");
    auto const found = of(selection);
    EXPECT_THAT(values(found, "AREA"), ElementsAre("10002"));
    EXPECT_THAT(values(found, "SEX"), ElementsAre("Y100", "Y101", "Y102"));
    EXPECT_EQ(found.series, 3U);
    EXPECT_EQ(found.observations, 6U);
    EXPECT_THAT(found.periods, SizeIs(2));
}

TEST_F(QueryAvailability, AvailableTellsWhatMayBeChosenNext) {
    auto selection = sample_.everything();
    selection.patterns = {{{{}, {"10002"}, {}, {}, {"Y101"}}}};
    selection.end = parse_time_range("2016");
    auto const found = of(selection, AvailabilityMode::available);
    EXPECT_EQ(found.series, 1U);
    EXPECT_EQ(found.observations, 2U);
    EXPECT_THAT(values(found, "AREA"),
                SizeIs(142)); // all but those whose number leaves 0 after division by 20
    EXPECT_THAT(values(found, "SEX"), ElementsAre("Y100", "Y101", "Y102"));
    EXPECT_THAT(found.periods, SizeIs(5));
}

TEST_F(QueryAvailability, OnlyTheComponentsAskedForAreTold) {
    auto const found = of(sample_.everything(), AvailabilityMode::exact, {"SEX"});
    EXPECT_THAT(found.components, SizeIs(1));
    EXPECT_TRUE(found.periods.empty());
    EXPECT_THROW(of(sample_.everything(), AvailabilityMode::exact, {"COLOUR"}), Error);
}

TEST_F(QueryAvailability, FiltersOnFiguresCount) {
    auto selection = sample_.everything();
    selection.filters = {{"OBS_VALUE", {{{Operator::less_or_equal, "2015"}}}}};
    auto const found = of(selection);
    EXPECT_EQ(found.observations, 150U); // of the first age, whose figures are the year alone
}

} // namespace
} // namespace gateway::query::testing
