#include <gmock/gmock.h>

#include <algorithm>

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
