// Many releases of one minute: all visible with it, in one moment, whatever happens to one of them.
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "gateway/core/error.hpp"
#include "tests/gateway/intake/intake_fixture.hpp"

namespace gateway::intake::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A clock that stands until it is set, while sleeping really sleeps.
class SteadyClock {
  public:
    explicit SteadyClock(UnixTime at) : now_(std::make_shared<std::atomic<UnixTime>>(at)) {}
    [[nodiscard]] Clock clock() const {
        return {[now = now_] { return now->load(); },
                [](std::chrono::milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }};
    }
    void set(UnixTime at) const { *now_ = at; }

  private:
    std::shared_ptr<std::atomic<UnixTime>> now_;
};

constexpr UnixTime minute = monday + 600;
constexpr char const* minute_text = "2026-12-01 09:10"; // Europe/Berlin, an hour ahead
constexpr int offices = 20;

class ReleaseTogether : public ::testing::Test {
  protected:
    ReleaseTogether() {
        for (int i = 0; i < offices; ++i)
            place_.agreement(agreement(i), "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
        intake_ = std::make_unique<Intake>(place_.settings(clock_.clock()));
    }
    static std::string agreement(int office) { return "office-" + std::to_string(office); }
    /// A delivery of years of its own: it changes nothing of what others bring.
    std::string checked(int office, bool own_years = true) {
        Submission wanted;
        wanted.agreement = agreement(office);
        wanted.file = "delivery.csv";
        wanted.path = place_.write("upload", csv(100 + office, 8, own_years ? 1900 + 2 * office : 2005));
        wanted.sender = "key anna";
        wanted.wish.embargo = minute_text;
        auto id = intake_->submit(wanted).delivery.id;
        EXPECT_TRUE(intake_->work());
        intake_->release(id, "key bert", "");
        return id;
    }
    [[nodiscard]] std::vector<std::string> all_checked() {
        std::vector<std::string> ids;
        ids.reserve(offices);
        for (int i = 0; i < offices; ++i) ids.push_back(checked(i));
        return ids;
    }
    [[nodiscard]] std::size_t visible() const {
        auto const store = gateway::store::open_sqlite(place_.store(), true);
        std::size_t count = 0;
        for (auto const& each : store->datasets()) count += store->vintages(each.id).size();
        return count;
    }
    [[nodiscard]] std::string stages(std::vector<std::string> const& ids) const {
        std::string text;
        for (auto const& id : ids) text += stage_of(*intake_, id).front();
        return text;
    }

    TestStore place_;
    SteadyClock clock_{monday};
    std::unique_ptr<Intake> intake_;
};

TEST_F(ReleaseTogether, IsVisibleInOneMomentWithinTwoSecondsAndNotBefore) {
    auto const ids = all_checked();
    clock_.set(minute - 3);
    std::thread worker{[&] { EXPECT_TRUE(intake_->work()); }};
    std::this_thread::sleep_for(std::chrono::seconds{4}); // for all twenty to be written, on a busy machine
    EXPECT_EQ(visible(), 0U);
    EXPECT_EQ(stages(ids), std::string(offices, 'c'));
    auto const set = std::chrono::steady_clock::now();
    clock_.set(minute);
    std::size_t seen = 0;
    while (seen == 0 && std::chrono::steady_clock::now() - set < std::chrono::seconds{60}) seen = visible();
    EXPECT_EQ(seen, std::size_t{offices}) << "some were visible before the others";
    EXPECT_LT(std::chrono::steady_clock::now() - set, std::chrono::seconds{2});
    worker.join();
    EXPECT_EQ(stages(ids), std::string(offices, 'r'));
    for (auto const& id : ids) EXPECT_EQ(intake_->receipts(id).size(), 3U);
    EXPECT_THAT(place_.open()->verify(), IsEmpty());
    EXPECT_FALSE(intake_->work());
}

TEST_F(ReleaseTogether, GoesOnWithoutTheOneThatIsTakenBackWhileTheyWait) {
    std::vector<std::string> ids;
    ids.reserve(4);
    for (int i = 0; i < 4; ++i) ids.push_back(checked(i));
    clock_.set(minute - 1);
    std::thread worker{[&] { EXPECT_TRUE(intake_->work()); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{800});
    intake_->withdraw(ids[1], "key clara", "Fehler gefunden");
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    EXPECT_EQ(visible(), 0U);
    clock_.set(minute);
    worker.join();
    EXPECT_EQ(stages(ids), "rwrr");
    EXPECT_EQ(visible(), 3U);
    EXPECT_TRUE(place_.open()->position("delivery", ids[1]).empty());
    EXPECT_THAT(place_.open()->verify(), IsEmpty());
}

TEST_F(ReleaseTogether, ChecksAgainWhatAnotherOfTheSameMinuteChanges) {
    auto const first = checked(0, false);
    auto const second = checked(1, false); // the same cells with other values
    auto const report = intake_->report(second);
    EXPECT_EQ(report->counts.added, 8U);
    EXPECT_EQ(report->counts.revised, 0U);
    clock_.set(minute - 1);
    std::thread worker{[&] { EXPECT_TRUE(intake_->work()); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{800});
    EXPECT_EQ(intake_->report(second)->counts.added, 8U)
        << "the report tells of a delivery that is not released";
    clock_.set(minute);
    worker.join();
    EXPECT_EQ(stages({first, second}), "rr");
    EXPECT_EQ(intake_->report(second)->counts.revised, 8U);
    EXPECT_EQ(intake_->receipts(second).back().counts.revised, 8U);
    EXPECT_EQ(place_.open()->vintages(intake_->find(second)->dataset).back().revised, 8U);
}

TEST_F(ReleaseTogether, HoldsOneThatIsWorseNowAndReleasesTheOthers) {
    place_.agreement("office-1", "rows = \"accept_rest\"\nembargo = \"allowed\"\n[brake]\ndeleted_percent = "
                                 "5\nchanged_percent = 1\nalways_allowed = 0\n");
    intake_ = std::make_unique<Intake>(place_.settings(clock_.clock()));
    std::vector<std::string> const ids{checked(0, false), checked(1, false), checked(2)};
    clock_.set(minute - 1);
    std::thread worker{[&] { EXPECT_TRUE(intake_->work()); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{800});
    EXPECT_EQ(stages(ids), "ccc");
    clock_.set(minute);
    worker.join();
    EXPECT_EQ(stages(ids), "rhr");
    EXPECT_EQ(visible(), 2U);
    EXPECT_THAT(intake_->find(ids[1])->steps.back().why, HasSubstr("now held, was sound"));
}

TEST_F(ReleaseTogether, IsWholeAfterAKillAtAnyMoment) {
    auto const ids = all_checked();
    for (int round = 0; round < 12; ++round) {
        auto const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            clock_.set(minute - 2);
            Intake other{place_.settings(clock_.clock())};
            std::thread minute_hand{[&] {
                std::this_thread::sleep_for(std::chrono::milliseconds{700});
                clock_.set(minute);
            }};
            other.work();
            minute_hand.join();
            _exit(0);
        }
        usleep(100'000U * static_cast<unsigned>(round + 1));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        // Where the minute came before all were written, those that were; none by half, and none without its mark.
        std::size_t marked = 0;
        auto const store = place_.open();
        for (auto const& id : ids) marked += store->position("delivery", id).empty() ? 0U : 1U;
        EXPECT_EQ(visible(), marked);
        ASSERT_THAT(place_.open()->verify(), IsEmpty());
    }
    clock_.set(minute + 1);
    work_off(*intake_);
    EXPECT_EQ(stages(ids), std::string(offices, 'r'));
    EXPECT_EQ(visible(), std::size_t{offices});
    for (auto const& id : ids) EXPECT_EQ(intake_->receipts(id).size(), 3U);
    EXPECT_THAT(Receipts{place_.store() + "/intake"}.verify().problems, IsEmpty());
}

} // namespace
} // namespace gateway::intake::testing
