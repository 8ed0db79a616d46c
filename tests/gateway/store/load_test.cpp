#include <gmock/gmock.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

class StoreLoad : public ::testing::Test {
  protected:
    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
};

TEST_F(StoreLoad, KeepsDigitsExactlyAsPublished) {
    auto const result = load_one(*store_, "F", "03153",
                                 {observed("2021-12-31", "12.5"), observed("2022-12-31", "12.50"),
                                  observed("2023-12-31", "-0.3"), observed("2024-12-31", "13")});
    EXPECT_EQ(result.added, 4U);
    EXPECT_EQ(result.vintage, VintageNo{1});
    EXPECT_EQ(text_of(*store_, "F", "03153"),
              "2021-12-31=12.5@1 2022-12-31=12.50@1 2023-12-31=-0.3@1 2024-12-31=13@1");
}

TEST_F(StoreLoad, RepeatMakesNoVintageButMovesThePosition) {
    load_one(*store_, "F", "03153", {observed("2021", "1"), observed("2022", "2")});
    auto const load = store_->begin(request());
    load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
              std::vector{observed("2021", "1"), observed("2022", "2")});
    load->label("SEX", "F", "weiblich");
    auto const result = load->commit("revision 7", 2, 0, everything());
    EXPECT_EQ(result.vintage, std::nullopt);
    EXPECT_EQ(result.unchanged, 2U);
    EXPECT_EQ(store_->vintages(population().id).size(), 1U);
    EXPECT_EQ(store_->position("regionalstatistik", "12411-01-01-4"), "revision 7");
    EXPECT_EQ(store_->label(population().id, "SEX", "F"), "weiblich");
}

TEST_F(StoreLoad, CountsAddedRevisedDeletedAndUnchanged) {
    load_one(*store_, "F", "03153", {observed("2020", "10"), observed("2021", "11"), observed("2022", "12")});
    auto const result =
        load_one(*store_, "F", "03153",
                 {observed("2021", "11"), observed("2022", "12.0"), observed("2023", "13")}, everything());
    EXPECT_EQ(result.added, 1U);
    EXPECT_EQ(result.revised, 1U);
    EXPECT_EQ(result.deleted, 1U);
    EXPECT_EQ(result.unchanged, 1U);
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2021=11@1 2022=12.0@2 2023=13@2");
    EXPECT_EQ(text_of(*store_, "F", "03153", 1), "2020=10@1 2021=11@1 2022=12@1");
    auto const vintages = store_->vintages(population().id);
    ASSERT_EQ(vintages.size(), 2U);
    EXPECT_EQ(vintages[1].revised, 1U);
    EXPECT_EQ(vintages[1].deleted, 1U);
}

TEST_F(StoreLoad, AnotherStateIsARevisionEvenWithTheSameDigits) {
    load_one(*store_, "F", "03153", {observed("2021", "5")});
    auto const load = store_->begin(request());
    State provisional;
    provisional.quality.status = ObsStatus::provisional;
    auto const state = load->state(provisional);
    load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
              std::vector{observed("2021", "5", state)});
    EXPECT_EQ(load->commit("", 1, 0, {}).revised, 1U);
    EXPECT_EQ(
        store_->history({0, store_->find_area(county("03153")).value()}, parse_sdmx_period("2021").value())
            .size(),
        2U);
}

TEST_F(StoreLoad, WithoutCoverageNothingIsDeleted) {
    load_one(*store_, "F", "03153", {observed("2020", "10"), observed("2021", "11")});
    auto const result = load_one(*store_, "F", "03153", {observed("2021", "11")});
    EXPECT_EQ(result.vintage, std::nullopt);
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2020=10@1 2021=11@1");
}

TEST_F(StoreLoad, DeletesOnlyWhatTheDocumentCovers) {
    load_one(*store_, "F", "03153", {observed("2019", "9"), observed("2020", "10"), observed("2021", "11")});
    auto const from_2020 = [](IndicatorNo, AreaNo, TimePeriod const& period) {
        return period.start_year() >= 2020;
    };
    auto const result = load_one(*store_, "F", "03153", {observed("2021", "11")}, from_2020);
    EXPECT_EQ(result.deleted, 1U);
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2019=9@1 2021=11@1");
}

TEST_F(StoreLoad, DeletesSeriesThatAreNotDeliveredAtAll) {
    {
        auto const load = store_->begin(request());
        auto const f = load->indicator(indicator_of("F"));
        auto const m = load->indicator(indicator_of("M"));
        for (auto const indicator : {f, m}) {
            for (auto const* code : {"03153", "03154"})
                load->put(indicator, load->area(county(code)), std::vector{observed("2021", "7")});
        }
        load->commit("", 4, 0, {});
    }
    auto const result = load_one(*store_, "F", "03153", {observed("2021", "7")}, everything());
    EXPECT_EQ(result.deleted, 3U);
    EXPECT_EQ(text_of(*store_, "F", "03154"), "");
    EXPECT_EQ(text_of(*store_, "M", "03153"), "");
    EXPECT_EQ(text_of(*store_, "M", "03153", 1), "2021=7@1");
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
}

TEST_F(StoreLoad, RevisionAndDeletionInOneSeriesShareOneHistoryRow) {
    load_one(*store_, "F", "03153", {observed("2019", "9"), observed("2020", "10"), observed("2021", "11")});
    load_one(*store_, "F", "03153", {observed("2020", "20")}, everything());
    EXPECT_EQ(text_of(*store_, "F", "03153"), "2020=20@2");
    EXPECT_EQ(text_of(*store_, "F", "03153", 1), "2019=9@1 2020=10@1 2021=11@1");
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
}

TEST_F(StoreLoad, DroppedLoadLeavesNothing) {
    auto const before = store_->content_hash();
    {
        auto const load = store_->begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", "7")});
        load->label("SEX", "F", "weiblich");
    }
    EXPECT_EQ(store_->content_hash(), before);
    EXPECT_EQ(store_->find_area(county("03153")), std::nullopt);
    EXPECT_EQ(store_->dataset(population().id), std::nullopt);
    load_one(*store_, "M", "03154", {observed("2021", "7")});
    EXPECT_EQ(text_of(*store_, "M", "03154"), "2021=7@1");
}

TEST_F(StoreLoad, RefusesSeriesOutOfOrder) {
    auto const load = store_->begin(request());
    auto const indicator = load->indicator(indicator_of("F"));
    auto const first = load->area(county("03153"));
    auto const second = load->area(county("03154"));
    load->put(indicator, second, std::vector{observed("2021", "7")});
    EXPECT_THROW(load->put(indicator, first, std::vector{observed("2021", "7")}), Error);
    EXPECT_THROW(load->put(indicator, second, std::vector{observed("2021", "7")}), Error);
}

TEST_F(StoreLoad, RefusesPeriodsTwiceAndUnknownStates) {
    auto const load = store_->begin(request());
    auto const indicator = load->indicator(indicator_of("F"));
    auto const area = load->area(county("03153"));
    try {
        load->put(indicator, area, std::vector{observed("2021", "7"), observed("2021", "8")});
        FAIL() << "a doubled period was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("2021"));
    }
    EXPECT_THROW(load->put(indicator, area, std::vector{observed("2021", "7", 9)}), Error);
}

TEST_F(StoreLoad, KeepsStatesWithEveryField) {
    State state;
    state.reason = MissingReason::confidential;
    state.quality = {ObsStatus::suppressed, ConfStatus::primary, Protection::r3, Sign::from("()").value(),
                     Bounds{parse_decimal("1").value, parse_decimal("0.50").value}};
    StateNo number = 0;
    {
        auto const load = store_->begin(request());
        number = load->state(state);
        EXPECT_EQ(load->state(state), number);
        EXPECT_EQ(load->state(State{}), 0);
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{missing("2021", number)});
        load->commit("", 1, 0, {});
    }
    auto const again = open_sqlite(directory_.path(), true);
    EXPECT_EQ(again->state(number), state);
    auto const full = unpacked(*again, missing("2021", number));
    EXPECT_EQ(full.value, Value::missing(MissingReason::confidential));
    EXPECT_EQ(full.quality, state.quality);
}

TEST_F(StoreLoad, MergesNewDimensionsBehindTheStoredOnes) {
    load_one(*store_, "F", "03153", {observed("2021", "7")});
    auto info = population();
    info.dimensions = {"AGE", "SEX"};
    info.title = "Bevölkerung nach Alter";
    info.licence.clear();
    store_->begin(request(info))->commit("", 0, 0, {});
    auto const stored = store_->dataset(info.id).value();
    EXPECT_THAT(stored.dimensions, ::testing::ElementsAre("MEASURE", "UNIT", "SEX", "AGE"));
    EXPECT_EQ(stored.title, "Bevölkerung nach Alter");
    EXPECT_EQ(stored.licence, "dl-de/by-2-0");
}

TEST_F(StoreLoad, KeepsIssuesOnceHoweverOftenTheyRepeat) {
    auto const run = [&](std::string const& number, std::string const& text) {
        auto const load = store_->begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", number)});
        load->issue(
            {Errc::unknown_sign, Severity::error, {12, 7}, text, "add the sign to the dictionary", 3});
        load->commit("", 2, 1, {});
    };
    run("7", "sign 'q'");
    run("7", "sign 'q'");
    run("7", "sign 'w'");
    auto const issues = store_->issues(population().id, 1);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(issues[0].code, Errc::unknown_sign);
    EXPECT_EQ(issues[0].position, (Position{12, 7}));
    EXPECT_EQ(issues[0].count, 3U);
    EXPECT_EQ(issues[1].text, "sign 'w'");
}

TEST_F(StoreLoad, KeepsLateIssuesBehindTheOthersAndOnce) {
    Issue const early{Errc::unknown_sign, Severity::error, {12, 7}, "sign 'q'", "next", 3};
    Issue const late{Errc::exceeds_population, Severity::warning, {14, 0}, "more than there are", "next", 1};
    auto const run = [&](std::string const& number) {
        auto const load = store_->begin(request());
        load->late_issues([&] { return std::vector{late}; });
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", number)});
        load->issue(early);
        return load->commit("", 2, 1, {});
    };
    EXPECT_TRUE(run("7").vintage);
    EXPECT_FALSE(run("7").vintage); // says the same once more
    auto const issues = store_->issues(population().id, 1);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(issues[0].text, early.text);
    EXPECT_EQ(issues[1].text, late.text);
    EXPECT_EQ(issues[1].position, late.position);
}

TEST_F(StoreLoad, WhatLateIssuesThrowEndsTheLoadWithoutATrace) {
    auto const before = store_->content_hash();
    {
        auto const load = store_->begin(request());
        load->late_issues([]() -> std::vector<Issue> { throw Error{Errc::io, "the disk is full"}; });
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", "7")});
        EXPECT_THROW(load->commit("", 1, 0, {}), Error);
    }
    EXPECT_EQ(store_->content_hash(), before);
    EXPECT_EQ(store_->vintages(population().id).size(), 0U);
}

} // namespace
} // namespace gateway::store::testing
