#include <gmock/gmock.h>

#include "tests/gateway/query/sample.hpp"

namespace gateway::query::testing {
namespace {

using ::testing::ElementsAre;

TEST(QueryDatasetView, HasTheDimensionsOfAKeyInTheOrderOfPackages) {
    Sample const sample;
    EXPECT_THAT(sample.view->dimensions(), ElementsAre("FREQ", "AREA", "MEASURE", "UNIT", "SEX"));
    EXPECT_EQ(sample.view->position("SEX"), 4U);
    EXPECT_EQ(sample.view->position("TIME_PERIOD"), std::nullopt);
    EXPECT_EQ(sample.view->frequencies[sample.view->frequency(TimePeriod::quarter(2020, 1).value())], "Q");
    EXPECT_EQ(sample.view->frequencies[sample.view->frequency(TimePeriod::date(2020, 1, 1).value())], "A");
    EXPECT_EQ(read_view(*sample.store, "REGIO_none"), nullptr);
}

TEST(QueryDatasetView, ADirectoryReadsAgainAfterANewVintageOnly) {
    Sample const sample;
    Directory directory;
    auto const first = directory.dataset(*sample.store, Sample::id);
    EXPECT_EQ(directory.dataset(*sample.store, Sample::id), first);
    store::testing::load_one(*sample.store, "_T", "20000", {store::testing::observed("2020", "1")});
    auto const second = directory.dataset(*sample.store, Sample::id);
    EXPECT_NE(second, first);
    EXPECT_EQ(second->last(), 2U);
    EXPECT_EQ(second->areas->by_key.count("20000"), 1U);
    directory.forget();
    EXPECT_NE(directory.dataset(*sample.store, Sample::id), second);
    EXPECT_EQ(directory.dataset(*sample.store, "REGIO_none"), nullptr);
}

TEST(QueryDatasetView, TwoIndicatorsThatDifferInTheMultiplierAloneAreRefused) {
    store::testing::TempDirectory const directory;
    auto const store = store::open_sqlite(directory.path());
    auto const load = store->begin(store::testing::request());
    auto key = store::testing::indicator_of("F");
    auto const area = load->area(store::testing::county("03153"));
    load->put(load->indicator(key), area, std::vector{store::testing::observed("2020", "1")});
    key.set("UNIT_MULT", "3");
    load->put(load->indicator(key), area, std::vector{store::testing::observed("2020", "2")});
    load->commit("", 0, 0, {});
    try {
        read_view(*store, Sample::id);
        FAIL() << "not refused";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("UNIT_MULT=3"));
    }
}

} // namespace
} // namespace gateway::query::testing
