#include "gateway/night/facts.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "gateway/ingest/position.hpp"
#include "gateway/intake/ledger.hpp"
#include "gateway/night/item_state.hpp"
#include "tests/gateway/night/night_fixture.hpp"

namespace gateway::night {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class FactsTest : public testing::Test {
  protected:
    FactsTest() {
        char name[] = "/tmp/nightXXXXXX";
        folder_ = mkdtemp(name);
    }
    ~FactsTest() override { std::filesystem::remove_all(folder_); }
    FactsTest(FactsTest const&) = delete;
    FactsTest& operator=(FactsTest const&) = delete;

    Facts facts_at(UnixTime until) {
        auto const store = store::open_sqlite(folder_);
        return read_facts({*store, folder_, KREISLAUF_SOURCE_DIR, one_source().sources, true, 0, until});
    }
    std::string folder_;
};

TEST_F(FactsTest, LeavesOutWhatHappenedLater) {
    {
        auto const store = store::open_sqlite(folder_);
        store->record_attempt({1000, "regio", "12411-01-01-4", "loaded", "", 0});
        store->record_attempt({2000, "regio", "12411-01-01-4", "failed", "", 0});
    }
    EXPECT_THAT(facts_at(1999).attempts, SizeIs(1));
    auto const later = facts_at(2000);
    ASSERT_THAT(later.attempts, SizeIs(2));
    EXPECT_EQ(later.attempts[0].time, 1000) << "oldest first";
}

TEST_F(FactsTest, ReadsNoMoreAttemptsThanTellWhereEachTableStands) {
    constexpr UnixTime start = 1'000'000;
    constexpr int nights = 3000;
    {
        auto const store = store::open_sqlite(folder_);
        for (int night = 0; night < nights; ++night) {
            store->record_attempt({start + night * day_seconds, "other", "x", "unchanged", "", 0});
            // Succeeds once, long ago.
            store->record_attempt({start + night * day_seconds + 10, "regio", "12411-01-01-4",
                                   night == 5 ? "loaded" : "failed", "", 0});
        }
    }
    auto const until = start + nights * day_seconds;
    auto const failing = facts_at(until);
    auto const state = item_states(failing.attempts).at({"regio", "12411-01-01-4"});
    EXPECT_EQ(state.last_success, start + 5 * day_seconds + 10);
    EXPECT_EQ(state.failures, nights - 6U);
    EXPECT_EQ(state.failing_since, start + 6 * day_seconds + 10);

    store::open_sqlite(folder_)->record_attempt({until, "regio", "12411-01-01-4", "unchanged", "", 0});
    auto const store = store::open_sqlite(folder_);
    auto const well = read_facts(
        {*store, folder_, KREISLAUF_SOURCE_DIR, one_source().sources, true, until - day_seconds, until});
    EXPECT_LT(well.attempts.size(), 1100U);
    EXPECT_EQ(item_states(well.attempts).at({"regio", "12411-01-01-4"}).failures, 0U);
}

TEST_F(FactsTest, FindsTheJobThatASourceWasGiven) {
    store::open_sqlite(folder_)->change_position("regionalstatistik", "12411-01-01-4",
                                                 [](std::string const&) {
                                                     ingest::Position position;
                                                     position.pending_job = "12411_job";
                                                     return position.to_json();
                                                 });
    auto const facts = facts_at(1000);
    EXPECT_EQ(facts.pending_jobs.at({"regionalstatistik", "12411-01-01-4"}), "12411_job");
}

TEST_F(FactsTest, AStoreWithoutIntakeStaysWithoutOne) {
    auto const facts = facts_at(1000);
    EXPECT_THAT(facts.deliveries, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/intake"));
    ASSERT_NE(facts.agreement("lsn-1-2-4"), nullptr);
    for (auto const& each : facts.agreements) EXPECT_FALSE(each.is_in_use) << each.agreement.id;
}

TEST_F(FactsTest, ADeliveryStandsWhereItStoodThen) {
    std::filesystem::create_directories(folder_ + "/intake");
    {
        intake::Ledger ledger{folder_ + "/intake"};
        intake::Delivery made;
        made.agreement = "lsn-1-2-4";
        made.sha256 = "aa";
        made.received = 1000;
        made.sender = "key k1";
        auto const id = ledger.add(made, "03", "").first.delivery.id;
        intake::StepChange change;
        change.stage = intake::Stage::held;
        change.time = 2000;
        change.who = "gateway";
        static_cast<void>(ledger.step(
            id, [](intake::Entry const&) { return std::string{}; }, change));
    }
    EXPECT_THAT(facts_at(999).deliveries, IsEmpty());
    EXPECT_EQ(facts_at(1500).deliveries.at(0).stage, intake::Stage::received);
    auto const later = facts_at(2000);
    EXPECT_EQ(later.deliveries.at(0).stage, intake::Stage::held);
    for (auto const& each : later.agreements)
        EXPECT_EQ(each.is_in_use, each.agreement.id == "lsn-1-2-4") << each.agreement.id;
}

} // namespace
} // namespace gateway::night
