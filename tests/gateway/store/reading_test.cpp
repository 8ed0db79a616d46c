#include <gmock/gmock.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

/// Two datasets, counties and municipalities, more than 64 areas.
class StoreReading : public ::testing::Test {
  protected:
    StoreReading() {
        fill(population(), {"F", "M"});
        auto births = population();
        births.id = "REGIO_12612-01-01-4";
        births.table = "12612-01-01-4";
        fill(births, {"_T"});
    }
    void fill(DatasetInfo const& info, std::vector<std::string> const& sexes) {
        auto const load = store_->begin(request(info));
        std::vector<AreaNo> areas;
        areas.reserve(170);
        for (int i = 0; i < 100; ++i) areas.push_back(load->area(county(std::to_string(10'000 + i))));
        for (int i = 0; i < 70; ++i)
            areas.push_back(
                load->area({CodeList::ags, AreaLevel::municipality, std::to_string(10'000'000 + i)}));
        for (auto const& sex : sexes) {
            auto const indicator = load->indicator(indicator_of(sex));
            for (auto const area : areas)
                load->put(indicator, area, std::vector{observed("2021", std::to_string(area % 1000))});
        }
        load->commit("", 0, 0, {});
    }
    std::vector<std::pair<IndicatorNo, AreaNo>> refs(Query const& query) const {
        std::vector<std::pair<IndicatorNo, AreaNo>> result;
        store_->read(query, [&](SeriesRef ref, std::span<PackedObservation const> series) {
            EXPECT_EQ(series.size(), 1U);
            EXPECT_EQ(series[0].number.mantissa(), ref.area % 1000);
            result.emplace_back(ref.indicator, ref.area);
        });
        return result;
    }
    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
    std::string const dataset_ = population().id;
};

TEST_F(StoreReading, DatasetComesInIndicatorThenAreaOrder) {
    auto const found = refs({dataset_, {}, {}, {}, {}});
    EXPECT_EQ(found.size(), 340U);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
}

TEST_F(StoreReading, LevelSelectsItsAreasOnly) {
    EXPECT_EQ(refs({dataset_, {}, {}, {}, AreaLevel::municipality}).size(), 140U);
    EXPECT_EQ(refs({dataset_, {}, IndicatorNo{0}, {}, AreaLevel::county}).size(), 100U);
    EXPECT_EQ(refs({dataset_, 1, IndicatorNo{0}, {}, AreaLevel::county}).size(), 100U);
    EXPECT_TRUE(refs({dataset_, {}, {}, {}, AreaLevel::land}).empty());
}

TEST_F(StoreReading, AreaAloneReadsAllIndicatorsOfTheDataset) {
    auto const area = store_->find_area(county("10007")).value();
    EXPECT_THAT(refs({dataset_, {}, {}, area, {}}),
                ::testing::ElementsAre(::testing::Pair(0U, area), ::testing::Pair(1U, area)));
    EXPECT_EQ(refs({dataset_, 1, {}, area, {}}).size(), 2U);
    EXPECT_EQ(refs({"", {}, {}, area, {}}).size(), 3U);
    EXPECT_EQ(refs({"REGIO_12612-01-01-4", {}, {}, area, {}}).size(), 1U);
}

TEST_F(StoreReading, IndicatorOfAnotherDatasetGivesNothing) {
    EXPECT_TRUE(refs({dataset_, {}, IndicatorNo{2}, {}, {}}).empty());
}

TEST_F(StoreReading, UnknownDatasetIsAnError) {
    EXPECT_THROW(refs({"REGIO_none", {}, {}, {}, {}}), Error);
    EXPECT_EQ(store_->dataset("REGIO_none"), std::nullopt);
    EXPECT_TRUE(store_->vintages("REGIO_none").empty());
    EXPECT_EQ(store_->vintage_at("REGIO_none", 1), 0U);
}

TEST_F(StoreReading, VintageWithoutDatasetIsRefused) {
    EXPECT_THROW(refs({"", 1, {}, {}, {}}), Error);
}

TEST_F(StoreReading, ReadsInsideReads) {
    std::size_t inner = 0;
    store_->read({dataset_, {}, IndicatorNo{0}, {}, AreaLevel::county},
                 [&](SeriesRef outer, std::span<PackedObservation const> series) {
                     store_->read({dataset_, {}, IndicatorNo{1}, outer.area, {}},
                                  [&](SeriesRef, std::span<PackedObservation const> other) {
                                      inner += other.size();
                                      EXPECT_EQ(other[0].number.mantissa(), outer.area % 1000);
                                  });
                     EXPECT_EQ(series[0].number.mantissa(), outer.area % 1000);
                 });
    EXPECT_EQ(inner, 100U);
}

TEST_F(StoreReading, NumbersLeadBackToNames) {
    auto const area = store_->find_area(county("10007")).value();
    EXPECT_EQ(area >> 24U, static_cast<unsigned>(AreaLevel::county));
    EXPECT_EQ(store_->area(area), county("10007"));
    EXPECT_EQ(store_->areas().size(), 170U);
    EXPECT_EQ(store_->indicator(1), indicator_of("M"));
    EXPECT_EQ(store_->dataset_of(2), "REGIO_12612-01-01-4");
    EXPECT_THAT(store_->indicators(dataset_), ::testing::ElementsAre(0U, 1U));
    EXPECT_THROW(store_->area(7), Error);
    EXPECT_THROW(store_->indicator(77), Error);
    EXPECT_THROW(store_->state(77), Error);
}

TEST_F(StoreReading, OneKeyCanStandInTwoLists) {
    auto const load = store_->begin(request());
    auto const ags = load->area(county("03153"));
    auto const ars = load->area({CodeList::ars, AreaLevel::county, "03153"});
    load->commit("", 0, 0, {});
    EXPECT_NE(ags, ars);
    EXPECT_THAT(store_->find_areas("03153"), ::testing::UnorderedElementsAre(ags, ars));
    EXPECT_TRUE(store_->find_areas("0315").empty());
}

TEST_F(StoreReading, KeysOfSubUnitsAndOtherAreasLeadToTheirCodes) {
    auto const load = store_->begin(request());
    auto const whole = load->area({CodeList::ags, AreaLevel::municipality, "11004004"});
    auto const part = load->area({CodeList::ags, AreaLevel::subunit, "11004004"});
    auto const other = load->area({CodeList::genesis, AreaLevel::other, "11004004"});
    auto const odd = load->area({CodeList::genesis, AreaLevel::authority, "11004004_S"});
    load->commit("", 0, 0, {});
    EXPECT_THAT(store_->find_areas("11004004"), ::testing::ElementsAre(whole));
    EXPECT_THAT(store_->find_areas("11004004_S"), ::testing::UnorderedElementsAre(part, odd));
    EXPECT_THAT(store_->find_areas("11004004_X"), ::testing::ElementsAre(other));
    EXPECT_TRUE(store_->find_areas("_S").empty());
}

TEST_F(StoreReading, AreasKeepTheirNumbersWhoeverAddedThem) {
    auto const add = [](Store& store, std::vector<std::string> const& codes, bool commit) {
        auto const load = store.begin(request());
        std::vector<AreaNo> numbers;
        numbers.reserve(codes.size());
        for (auto const& code : codes) numbers.push_back(load->area(county(code)));
        if (commit) load->commit("", 0, 0, {});
        return numbers;
    };
    add(*store_, {"09161"}, false); // dropped: its number is free again
    auto const first = add(*store_, {"09161", "09162"}, true);
    auto const other = open_sqlite(directory_.path());
    auto const second = add(*other, {"09163", "09161"}, true);
    auto const third = add(*store_, {"09162", "09163", "09164"}, true);
    EXPECT_EQ(second, (std::vector<AreaNo>{first[1] + 1, first[0]}));
    EXPECT_EQ(third, (std::vector<AreaNo>{first[1], second[0], second[0] + 1}));
}

TEST_F(StoreReading, LevelsWithManyAreasAreAskedOneByOne) {
    auto const code = [](int number) { return std::to_string(10000000 + number); };
    auto const add = [&](int from, int to) {
        auto const store = open_sqlite(directory_.path());
        auto const load = store->begin(request());
        std::vector<AreaNo> numbers;
        for (int i = from; i < to; ++i)
            numbers.push_back(load->area({CodeList::ags, AreaLevel::municipality, code(i)}));
        load->commit("", 0, 0, {});
        return numbers;
    };
    auto const first = add(0, 3000);
    auto const again = add(2990, 3010);
    EXPECT_TRUE(std::equal(first.end() - 10, first.end(), again.begin()));
    EXPECT_EQ(again.back(), first.back() + 10);
}

TEST_F(StoreReading, ReadOnlyStoreReadsWhileAnotherWrites) {
    auto const reader = open_sqlite(directory_.path(), true);
    auto const load = store_->begin(request());
    load->put(load->indicator(indicator_of("F")), load->area(county("10000")),
              std::vector{observed("2022", "1")});
    EXPECT_EQ(text_of(*reader, "F", "10000"), "2021=648@1");
    load->commit("", 0, 0, {});
    EXPECT_EQ(text_of(*reader, "F", "10000"), "2021=648@1 2022=1@2");
}

} // namespace
} // namespace gateway::store::testing
