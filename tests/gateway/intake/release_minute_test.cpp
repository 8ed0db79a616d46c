// Releases at their minute: nothing before, everything then, whatever the clock and the people do meanwhile.
#include <atomic>
#include <thread>

#include "tests/gateway/intake/intake_fixture.hpp"

namespace gateway::intake::testing {
namespace {

using ::testing::HasSubstr;

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

class ReleaseMinute : public ::testing::Test {
  protected:
    ReleaseMinute() : intake_(std::make_unique<Intake>(place_.settings(clock_.clock()))) {}

    std::string checked(std::string const& text, std::string const& embargo = minute_text) {
        Submission wanted;
        wanted.agreement = "test";
        wanted.file = "indicator_1-2-4.csv";
        wanted.path = place_.write("upload", text);
        wanted.sender = "key anna";
        wanted.wish.embargo = embargo;
        auto id = intake_->submit(wanted).delivery.id;
        EXPECT_TRUE(intake_->work());
        intake_->release(id, "key bert", "");
        return id;
    }
    std::size_t visible() {
        auto const store = store::open_sqlite(place_.store(), true);
        std::size_t count = 0;
        for (auto const& each : store->datasets()) count += 1 + store->vintages(each.id).size();
        return count;
    }
    /// Waits for something that another thread does.
    template <typename Condition>
    static bool soon(Condition const& condition) {
        for (int i = 0; i < 2000; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        return false;
    }

    TestStore place_;
    SteadyClock clock_{monday};
    std::unique_ptr<Intake> intake_;
};

TEST_F(ReleaseMinute, IsNotBegunLongBeforeIt) {
    auto const id = checked(csv(100));
    EXPECT_EQ(intake_->find(id)->release_at, minute);
    EXPECT_EQ(intake_->next_due(), minute);
    EXPECT_FALSE(intake_->work());
    clock_.set(minute - 5);
    EXPECT_FALSE(intake_->work());
    EXPECT_EQ(visible(), 0U);
}

TEST_F(ReleaseMinute, IsPreparedBeforeItAndVisibleWithIt) {
    auto const id = checked(csv(100));
    clock_.set(minute - 1);
    std::atomic<bool> done{false};
    std::thread worker{[&] {
        EXPECT_TRUE(intake_->work());
        done = true;
    }};
    // Written, waiting, and seen by nobody. The store of a reader answers all the while.
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    EXPECT_FALSE(done);
    EXPECT_EQ(visible(), 0U);
    EXPECT_EQ(stage_of(*intake_, id), "checked");
    auto const set = std::chrono::steady_clock::now();
    clock_.set(minute);
    EXPECT_TRUE(soon([&] { return visible() > 0; }));
    EXPECT_LT(std::chrono::steady_clock::now() - set, std::chrono::seconds{2});
    worker.join();
    EXPECT_EQ(stage_of(*intake_, id), "released");
    EXPECT_EQ(place_.open()->vintages(intake_->find(id)->dataset).back().received, minute);
}

TEST_F(ReleaseMinute, SurvivesARestartOfTheService) {
    auto const id = checked(csv(100));
    intake_ = std::make_unique<Intake>(place_.settings(clock_.clock()));
    EXPECT_EQ(intake_->next_due(), minute);
    clock_.set(minute + 3600); // it was down at its minute
    EXPECT_TRUE(intake_->work());
    EXPECT_EQ(stage_of(*intake_, id), "released");
    EXPECT_EQ(place_.open()->vintages(intake_->find(id)->dataset).back().received, minute + 3600);
}

TEST_F(ReleaseMinute, FollowsAClockThatIsSetBackWhileItWaits) {
    auto const id = checked(csv(100));
    clock_.set(minute - 1);
    std::thread worker{[&] { EXPECT_FALSE(intake_->work()) << "the minute is far away again"; }};
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    clock_.set(minute - 7200);
    worker.join();
    EXPECT_EQ(visible(), 0U);
    EXPECT_FALSE(intake_->work());
    clock_.set(minute + 1);
    EXPECT_TRUE(intake_->work());
    EXPECT_EQ(stage_of(*intake_, id), "released");
}

TEST_F(ReleaseMinute, LetsSomebodyTakeItBackWhileItWaits) {
    auto const id = checked(csv(100));
    clock_.set(minute - 1);
    std::thread worker{[&] { intake_->work(); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    intake_->withdraw(id, "key clara", "Fehler gefunden");
    clock_.set(minute);
    worker.join();
    EXPECT_EQ(stage_of(*intake_, id), "withdrawn");
    EXPECT_EQ(visible(), 0U) << "what was taken back in time is never seen";
    EXPECT_FALSE(intake_->work());
}

TEST_F(ReleaseMinute, EndsWithTheServiceAndBeginsWithTheNext) {
    auto const id = checked(csv(100));
    clock_.set(minute - 1);
    std::atomic<bool> stop{false};
    std::thread service{[&] { intake_->run([&] { return stop.load(); }); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    stop = true;
    service.join();
    EXPECT_EQ(visible(), 0U);
    clock_.set(minute);
    stop = false;
    std::thread next{[&] { intake_->run([&] { return stop.load(); }); }};
    EXPECT_TRUE(soon([&] { return stage_of(*intake_, id) == "released"; }));
    stop = true;
    next.join();
}

TEST_F(ReleaseMinute, IsNotWaitedForByChecks) {
    auto const early = checked(csv(100));
    clock_.set(minute - 1);
    std::thread worker{[&] { intake_->work(); }};
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    Submission wanted;
    wanted.agreement = "test";
    wanted.file = "other.csv";
    wanted.path = place_.write("other", csv(300, 4));
    wanted.sender = "key anna";
    auto const id = intake_->submit(wanted).delivery.id;
    Intake second{place_.settings(clock_.clock())};
    EXPECT_TRUE(second.work());
    EXPECT_EQ(stage_of(*intake_, id), "checked");
    EXPECT_EQ(intake_->dry_run(wanted).counts.rows, 4U);
    EXPECT_EQ(visible(), 0U);
    clock_.set(minute);
    worker.join();
    EXPECT_EQ(stage_of(*intake_, early), "released");
}

TEST_F(ReleaseMinute, SaysThatTheHourComesTwice) {
    clock_.set(utc_from("2027-10-01T00:00:00Z", 0));
    auto const id = checked(csv(100), "2027-10-31 02:30");
    EXPECT_EQ(intake_->find(id)->release_at, utc_from("2027-10-31T00:30:00Z", 0));
    EXPECT_THAT(intake_->find(id)->steps.front().why, HasSubstr("twice"));
}

TEST_F(ReleaseMinute, IsDoneByOneOfTwoServices) {
    auto const id = checked(csv(100));
    Intake second{place_.settings(clock_.clock())};
    clock_.set(minute);
    std::atomic<int> worked{0};
    std::thread one{[&] { worked += work_off(*intake_); }};
    std::thread two{[&] { worked += work_off(second); }};
    one.join();
    two.join();
    work_off(*intake_);
    EXPECT_EQ(worked, 1);
    EXPECT_EQ(stage_of(second, id), "released");
    EXPECT_EQ(place_.open()->vintages(intake_->find(id)->dataset).size(), 1U);
    EXPECT_EQ(intake_->receipts(id).size(), 3U);
}

} // namespace
} // namespace gateway::intake::testing
