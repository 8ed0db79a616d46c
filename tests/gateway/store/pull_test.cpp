#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using Key = std::pair<IndicatorNo, AreaNo>;
using Content = std::map<Key, std::vector<std::tuple<TimePeriod, std::string, StateNo, VintageNo>>>;

void add(Content& content, SeriesRef ref, std::span<PackedObservation const> series) {
    auto& into = content[{ref.indicator, ref.area}];
    EXPECT_TRUE(into.empty()) << "series " << ref.indicator << "/" << ref.area << " came twice";
    for (auto const& each : series)
        into.emplace_back(each.period, each.number.to_string(), each.state, each.vintage);
}

/// 30 indicators, 200 areas on two levels, four vintages that add, revise and delete.
class StorePull : public ::testing::Test {
  protected:
    StorePull() {
        std::mt19937 random{7};
        for (int vintage = 0; vintage < 4; ++vintage) {
            auto const load = store_->begin(request(population()));
            std::vector<AreaNo> areas;
            areas.reserve(200);
            for (int i = 0; i < 130; ++i) areas.push_back(load->area(county(std::to_string(10'000 + i))));
            for (int i = 0; i < 70; ++i)
                areas.push_back(
                    load->area({CodeList::ags, AreaLevel::municipality, std::to_string(10'000'000 + i)}));
            for (int i = 0; i < 30; ++i) {
                auto const indicator = load->indicator(indicator_of("Y" + std::to_string(i)));
                for (auto const area : areas) {
                    if (random() % 4 == 0) continue;
                    std::vector<PackedObservation> series;
                    for (int year = 2015; year < 2020; ++year)
                        if (random() % 3 != 0)
                            series.push_back(observed(std::to_string(year), std::to_string(random() % 3)));
                    if (!series.empty()) load->put(indicator, area, series);
                }
            }
            load->commit("", 0, 0, [](IndicatorNo, AreaNo, TimePeriod const&) { return true; });
        }
    }
    Content naive(VintageNo vintage, Pull const& pull) const {
        Content content;
        store_->read({dataset_, vintage, {}, {}, {}}, [&](SeriesRef ref, auto const& series) {
            if (std::binary_search(pull.indicators.begin(), pull.indicators.end(), ref.indicator) &&
                (pull.areas.empty() || std::binary_search(pull.areas.begin(), pull.areas.end(), ref.area)))
                add(content, ref, series);
        });
        return content;
    }
    Content pulled(Pull pull, std::size_t rows, std::vector<Key>& order) const {
        Content content;
        bool more = true;
        while (more)
            more = store_->pull(pull, rows, [&](SeriesRef ref, auto const& series) {
                add(content, ref, series);
                order.push_back(pull.order == Pull::Order::by_area ? Key{ref.area, ref.indicator}
                                                                   : Key{ref.indicator, ref.area});
            });
        return content;
    }
    Pull some(unsigned seed) const {
        std::mt19937 random{seed};
        Pull pull;
        pull.dataset = dataset_;
        for (auto const indicator : store_->indicators(dataset_))
            if (random() % (1 + seed % 5) == 0) pull.indicators.push_back(indicator);
        for (auto const area : store_->areas())
            if (random() % (1 + seed % 7) == 0) pull.areas.push_back(area);
        pull.order = seed % 2 == 0 ? Pull::Order::by_area : Pull::Order::by_indicator;
        pull.vintage = 1 + seed % 4;
        return pull;
    }
    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
    std::string const dataset_ = population().id;
};

TEST_F(StorePull, TellsWhatReadTellsInAscendingOrderWhateverTheRowsPerCall) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        auto const pull = some(seed);
        std::vector<Key> order;
        EXPECT_EQ(pulled(pull, 1 + seed % 3, order), naive(pull.vintage, pull)) << seed;
        EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << seed;
    }
}

TEST_F(StorePull, WithoutAreasTellsAllOfThem) {
    auto pull = some(5);
    pull.areas.clear();
    std::vector<Key> order;
    auto const content = pulled(pull, 2, order);
    EXPECT_EQ(content, naive(pull.vintage, pull));
    EXPECT_FALSE(content.empty());
}

TEST_F(StorePull, TellsPeriodsWithoutNumbers) {
    auto pull = some(1);
    pull.vintage = 4;
    std::set<std::pair<Key, TimePeriod>> expected, found;
    for (auto const& [key, series] : naive(4, pull))
        for (auto const& each : series) expected.emplace(key, std::get<0>(each));
    pull.periods_only = true;
    while (store_->pull(pull, 1, [&](SeriesRef ref, auto const& series) {
        for (auto const& each : series) found.emplace(Key{ref.indicator, ref.area}, each.period);
    })) {
    }
    EXPECT_EQ(found, expected);
}

TEST_F(StorePull, SeriesWithTheSameNumberOfPeriodsHaveTheSamePeriods) {
    std::map<std::uint64_t, std::vector<TimePeriod>> known;
    unsigned repeated = 0;
    auto const take = [&](std::uint64_t no, std::span<PackedObservation const> series) {
        std::vector<TimePeriod> periods;
        for (auto const& each : series) periods.push_back(each.period);
        auto const [found, is_new] = known.try_emplace(no, periods);
        repeated += is_new ? 0 : 1;
        return found->second == periods;
    };
    for (unsigned seed = 0; seed < 20; ++seed) {
        // Two at a time: one of them meets periods of its own.
        auto one = some(seed);
        auto other = some(seed + 1);
        other.periods_only = true;
        for (auto* const pull : {&one, &other}) pull->vintage = seed % 3 == 0 ? 2 : 4;
        for (bool more = true; more;) {
            more = false;
            for (auto* const pull : {&one, &other})
                more = store_->pull(*pull, 1, [&](SeriesRef, auto const& series) {
                    // What was long ago is put together: nobody knows a number for it.
                    EXPECT_EQ(pull->periods == 0, pull->vintage == 2);
                    EXPECT_TRUE(pull->periods == 0 || take(pull->periods, series));
                }) || more;
        }
    }
    EXPECT_GT(repeated, 100U);
}

TEST_F(StorePull, TellsWhatWasDeletedSinceAVintage) {
    auto pull = some(9);
    pull.vintage = 4;
    std::set<std::pair<Key, TimePeriod>> before, after, gone, expected;
    for (auto const& [key, series] : naive(2, pull))
        for (auto const& each : series) before.emplace(key, std::get<0>(each));
    for (auto const& [key, series] : naive(4, pull))
        for (auto const& each : series) after.emplace(key, std::get<0>(each));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::inserter(expected, expected.end()));
    pull.deleted_since = 2;
    while (store_->pull(pull, 1, [&](SeriesRef ref, auto const& series) {
        for (auto const& each : series) gone.emplace(Key{ref.indicator, ref.area}, each.period);
    })) {
    }
    EXPECT_FALSE(gone.empty());
    EXPECT_EQ(gone, expected);
}

TEST_F(StorePull, GoesOnWithTheSameVintageAfterALoad) {
    auto pull = some(3);
    pull.vintage = 4;
    auto const expected = naive(4, pull);
    Content content;
    auto const take = [&](SeriesRef ref, auto const& series) { add(content, ref, series); };
    ASSERT_TRUE(store_->pull(pull, 1, take));
    auto const load = store_->begin(request(population()));
    auto const indicator = load->indicator(indicator_of("Y29"));
    load->put(indicator, load->area(county("10000")), std::vector{observed("2015", "77")});
    ASSERT_TRUE(load->commit("", 0, 0, [](IndicatorNo, AreaNo, TimePeriod const&) { return true; }).vintage);
    while (store_->pull(pull, 1, take)) {
    }
    EXPECT_EQ(content, expected);
}

} // namespace
} // namespace gateway::store::testing
