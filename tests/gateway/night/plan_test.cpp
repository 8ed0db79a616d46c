#include "gateway/night/plan.hpp"

#include <gmock/gmock.h>

#include "tests/gateway/night/night_fixture.hpp"

namespace gateway::night {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Plan, OrdersJobsThenNeverFetchedThenOldestAndThenWhatMustWait) {
    auto facts = one_source({"fresh", "old", "older", "never", "job"});
    facts.attempts = {{at("2026-11-20T02:00:00Z"), "regio", "older", "loaded", "", 1},
                      {at("2026-11-23T02:00:00Z"), "regio", "old", "unchanged", "", 1},
                      {at("2026-11-26T02:00:00Z"), "regio", "fresh", "loaded", "", 1}};
    facts.pending_jobs[{"regionalstatistik", "job"}] = "job_123";
    auto const tasks = plan(facts, morning_time, {});
    EXPECT_THAT(tasks, ElementsAre(AllOf(Field(&Task::item, "job"), Field(&Task::action, Action::resume)),
                                   Field(&Task::item, "never"), Field(&Task::item, "older"),
                                   Field(&Task::item, "old"), Field(&Task::item, "fresh")));
    EXPECT_THAT(tasks[0].reason, HasSubstr("job_123"));
    EXPECT_EQ(tasks[1].reason, "never fetched");
    EXPECT_EQ(tasks[3].reason, "last success 3 days ago (unchanged)");
    EXPECT_FALSE(tasks[4].is_due);
    EXPECT_EQ(tasks[4].not_before, at("2026-11-26T22:00:00Z"));
    EXPECT_EQ(tasks[1].command, "kreislauf sync regio --table never");
}

TEST(Plan, PausesAfterFailuresAndSaysUntilWhen) {
    auto facts = one_source({"a"});
    facts.attempts = {{at("2026-11-25T02:00:00Z"), "regio", "a", "loaded", "", 1},
                      {at("2026-11-26T05:00:00Z"), "regio", "a", "failed", "down (source_unavailable)", 0},
                      {at("2026-11-26T06:00:00Z"), "regio", "a", "failed", "down (source_unavailable)", 0}};
    auto const tasks = plan(facts, morning_time, {});
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].reason,
              "failed twice, last at 2026-11-26T06:00:00Z (source_unavailable), last success 28 hours "
              "ago; pause until 2026-11-26T07:00:00Z");
    EXPECT_FALSE(tasks[0].is_due);
    EXPECT_TRUE(plan(facts, at("2026-11-26T07:00:00Z"), {})[0].is_due);
}

TEST(Plan, ARefusedSourceHoldsAllItsTablesAndNoOther) {
    auto facts = one_source({"a", "b"});
    facts.sources.push_back({"genesis", "genesis", "GENESIS-Online", {"c"}, {}});
    facts.attempts = {{last_night, "regio", "", "failed", "wrong password (source_refused)", 0}};
    auto const tasks = plan(facts, morning_time, {});
    EXPECT_THAT(tasks, ElementsAre(AllOf(Field(&Task::item, "c"), Field(&Task::is_due, true)),
                                   AllOf(Field(&Task::item, "a"), Field(&Task::is_due, false)),
                                   AllOf(Field(&Task::item, "b"), Field(&Task::is_due, false))));
    EXPECT_THAT(tasks[1].reason, AllOf(HasSubstr("the source as a whole failed once"),
                                       HasSubstr("pause until 2026-11-27T02:00:00Z")));
}

TEST(Plan, AsksOnceAWeekForWhatTheSourceDoesNotHave) {
    auto facts = one_source({"a"});
    facts.attempts = {{at("2026-11-20T02:00:00Z"), "regio", "a", "withdrawn", "status 104", 1}};
    auto const tasks = plan(facts, morning_time, {});
    EXPECT_EQ(tasks[0].action, Action::recheck);
    EXPECT_FALSE(tasks[0].is_due);
    EXPECT_TRUE(plan(facts, at("2026-11-27T02:00:00Z"), {})[0].is_due);
}

TEST(Plan, TheSameFactsAndTimeMakeTheSamePlan) {
    auto facts = one_source({"a", "b", "c", "d"});
    facts.agreements.push_back(monthly(20));
    auto const words = [&] {
        std::string all;
        for (auto const& task : plan(facts, morning_time, {}))
            all += task.item + "|" + task.reason + "|" + task.command + "\n";
        return all;
    };
    EXPECT_EQ(words(), words());
    EXPECT_THAT(words(), AllOf(HasSubstr("a|never fetched"), HasSubstr("due by 2026-12-20: Monatsbestand")));
}

TEST(Plan, ReleasesWaitForTheirMinute) {
    Facts facts;
    auto made = delivery(intake::Stage::checked, at("2026-11-25T09:00:00Z"));
    made.release_wanted = true;
    made.release_at = at("2026-11-26T07:00:00Z");
    facts.deliveries.push_back(made);
    auto const tasks = plan(facts, morning_time, {});
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].not_before, at("2026-11-26T07:00:00Z"));
    EXPECT_EQ(tasks[0].command, "kreislauf delivery work");
}

TEST(Overdue, CountsADeliveryForTheDueDayNearestToIt) {
    auto const agreement = monthly(20);
    auto const due_with = [&](char const* time, intake::Stage stage = intake::Stage::released) {
        std::vector<intake::Delivery> const deliveries{
            delivery(intake::Stage::released, at("2026-06-20T09:00:00Z")), delivery(stage, at(time))};
        return overdue(agreement, deliveries, morning_time).has_value();
    };
    EXPECT_TRUE(due_with("2026-10-23T09:00:00Z")) << "that was October's, three days late";
    EXPECT_FALSE(due_with("2026-11-10T09:00:00Z"));
    EXPECT_FALSE(due_with("2026-11-24T09:00:00Z"));
    EXPECT_TRUE(due_with("2026-11-18T09:00:00Z", intake::Stage::refused));
}

TEST(Overdue, NobodyIsLateBeforeTheFirstDelivery) {
    auto agreement = monthly(20);
    EXPECT_EQ(overdue(agreement, {}, morning_time), std::nullopt);
    agreement.is_in_use = false;
    std::vector<intake::Delivery> const old{delivery(intake::Stage::released, at("2026-06-20T09:00:00Z"))};
    EXPECT_EQ(overdue(agreement, old, morning_time), std::nullopt);
}

} // namespace
} // namespace gateway::night
