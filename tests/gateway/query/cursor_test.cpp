#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <vector>

#include "tests/gateway/query/sample.hpp"

namespace gateway::query::testing {
namespace {

class QueryCursor : public ::testing::Test {
  protected:
    Sample sample_;
};

TEST_F(QueryCursor, TellsEverythingOnceWhoeverStopsInBetween) {
    auto const told = sample_.told(sample_.everything());
    EXPECT_EQ(told.size(), 5U * (7 * 210 + 10 * 11 / 2));
    EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), told.size());
}

TEST_F(QueryCursor, PagesTogetherAreTheWholeInItsOrder) {
    auto const whole = sample_.told(sample_.everything());
    std::vector<std::string> pages;
    auto page = sample_.everything();
    page.limit = 777;
    while (true) {
        auto const told = sample_.told(page);
        pages.insert(pages.end(), told.begin(), told.end());
        if (told.size() < *page.limit) break;
        page.offset += *page.limit;
    }
    EXPECT_EQ(pages, whole);
    page.offset = 0;
    page.limit = 3;
    EXPECT_EQ(sample_.told(page, {.periods_only = true, .counts_series = true, .order = {}}).size(), 15U);
}

TEST_F(QueryCursor, ReadsOneAreaByAreaAndTheSameAsByIndicator) {
    auto selection = sample_.everything();
    selection.patterns = {{{{}, {"10019"}}}};
    auto const told = sample_.told(selection);
    EXPECT_EQ(told.size(), 100U);
    EXPECT_EQ(sample_.told(
                  selection,
                  {.periods_only = false, .counts_series = false, .order = store::Pull::Order::by_indicator}),
              told);
}

TEST_F(QueryCursor, SeveralPatternsAreTheirUnionAndNoMore) {
    auto selection = sample_.everything();
    selection.patterns = {{{{}, {"10019"}, {}, {}, {"Y101"}}}, {{{}, {"10039"}, {}, {}, {"Y102"}}}};
    EXPECT_EQ(sample_.told(selection).size(), 10U); // and not the two crosswise
}

TEST_F(QueryCursor, LaterLoadsDoNotDisturbAnAnswerUnderWay) {
    auto const expected = sample_.told(sample_.everything());
    auto const selection = sample_.everything();
    auto const part = parts_of(*sample_.view, selection).front();
    Cursor cursor{sample_.view, selection, part};
    std::size_t count = 0;
    auto const add = [&](Series const& series) {
        count += series.observations.size();
        return true;
    };
    ASSERT_TRUE(cursor.next(*sample_.store, add));
    store::testing::load_one(*sample_.store, "Y119", "10019", {store::testing::observed("2015", "1")},
                             store::testing::everything());
    while (cursor.next(*sample_.store, add)) {
    }
    EXPECT_EQ(count, expected.size());
}

TEST_F(QueryCursor, SeriesWithTheSameNumberOfPeriodsHaveTheSamePeriodsHoweverTheyAreCut) {
    std::map<std::uint64_t, std::vector<TimePeriod>> known;
    auto const check = [&](Selection const& selection) {
        unsigned numbered = 0;
        for (auto const& part : parts_of(*sample_.view, selection)) {
            Cursor cursor{sample_.view, selection, part};
            unsigned told = 0;
            while (cursor.next(*sample_.store, [&](Series const& series) {
                if (series.periods != 0) {
                    ++numbered;
                    std::vector<TimePeriod> periods;
                    for (auto const& each : series.observations) periods.push_back(each.period);
                    EXPECT_EQ(known.try_emplace(series.periods, periods).first->second, periods);
                }
                return ++told % 7 != 0; // the rest is kept for the next call
            })) {
            }
        }
        return numbered;
    };
    EXPECT_GT(check(sample_.everything()), 1000U);
    auto selection = sample_.everything();
    for (std::uint64_t const limit : {1U, 3U, 11U, 777U}) {
        selection.limit = limit;
        selection.offset = limit * 3;
        check(selection);
    }
    selection = sample_.everything();
    selection.first_observations = 2;
    check(selection);
    selection.last_observations = 1;
    check(selection);
    selection = sample_.everything();
    selection.filters = {{"TIME_PERIOD", {{{Operator::greater_or_equal, "2017"}}}}};
    check(selection);
    selection.filters = {{"OBS_VALUE", {{{Operator::greater, "3"}}}}};
    check(selection);
    selection = sample_.everything();
    selection.include_history = true;
    check(selection);
}

TEST_F(QueryCursor, AStateIsToldOnlyWhileAStoreIsAtHand) {
    auto const selection = sample_.everything();
    Cursor cursor{sample_.view, selection, parts_of(*sample_.view, selection).front()};
    EXPECT_THROW(static_cast<void>(cursor.state(1)), Error);
}

TEST_F(QueryCursor, FiltersThatCannotBeReadAreRefused) {
    auto selection = sample_.everything();
    auto const refused = [&](std::string component, Operator op, std::string value) {
        selection.filters = {{std::move(component), {{{op, std::move(value)}}}}};
        return [this, selection] { static_cast<void>(sample_.told(selection)); };
    };
    EXPECT_THROW(refused("COLOUR", Operator::equal, "red")(), Error);
    EXPECT_THROW(refused("OBS_VALUE", Operator::greater, "many")(), Error);
    EXPECT_THROW(refused("OBS_VALUE", Operator::contains, "1")(), Error);
    EXPECT_THROW(refused("TIME_PERIOD", Operator::greater, "soon")(), Error);
}

TEST_F(QueryCursor, BeforeTheFirstVintageThereIsNothing) {
    auto selection = sample_.everything();
    selection.as_of = 999;
    EXPECT_TRUE(parts_of(*sample_.view, selection).empty());
    selection.as_of = 1000;
    EXPECT_EQ(parts_of(*sample_.view, selection).size(), 1U);
}

} // namespace
} // namespace gateway::query::testing
