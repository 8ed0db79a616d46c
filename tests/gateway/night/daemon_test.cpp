#include "gateway/night/daemon.hpp"

#include <gmock/gmock.h>

#include <set>

#include "gateway/night/expected.hpp"
#include "gateway/night/item_state.hpp"
#include "tests/gateway/night/run_fixture.hpp"

namespace gateway::night {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char const* table = "12411-01-01-4";

UnixTime utc(char const* text) {
    return utc_from(text, -1);
}

TEST(Opening, ReachesOverMidnightAndFollowsGermanTime) {
    auto const zone = german_zone();
    Window const window{22 * 60, 6 * 60};
    auto const winter = opening_at(window, utc("2026-11-26T23:30:00Z"), zone);
    EXPECT_EQ(winter.begin, utc("2026-11-26T21:00:00Z"));
    EXPECT_EQ(winter.end, utc("2026-11-27T05:00:00Z"));
    EXPECT_TRUE(winter.is_open(utc("2026-11-26T23:30:00Z")));
    auto const noon = opening_at(window, utc("2026-07-01T10:00:00Z"), zone);
    EXPECT_EQ(noon.begin, utc("2026-07-01T20:00:00Z")) << "summer time";
    EXPECT_FALSE(noon.is_open(utc("2026-07-01T10:00:00Z")));
}

TEST(Opening, IsThereOnTheNightsWhenClocksChange) {
    auto const zone = german_zone();
    Window const window{2 * 60 + 30, 5 * 60}; // 02:30 is skipped on 2026-03-29
    auto const spring = opening_at(window, utc("2026-03-28T23:30:00Z"), zone);
    EXPECT_EQ(spring.begin, utc("2026-03-29T01:30:00Z"));
    EXPECT_EQ(spring.end, utc("2026-03-29T03:00:00Z"));
}

class DaemonNights : public RunFixture {
  protected:
    DaemonParts daemon(std::optional<Window> window) {
        DaemonParts made;
        made.make = [this, window] {
            Night night;
            night.runner = std::make_unique<Runner>(parts(), std::vector{source("regio", {table})});
            night.window = window;
            night.after_pass = [this] { after_.push_back(requests_.size()); };
            return night;
        };
        made.now = [this] { return *now_; };
        made.wait = [this](UnixTime until) {
            waits_.push_back(until);
            *now_ = std::max(*now_, until);
            if (jump_) *now_ += std::exchange(jump_, 0);
        };
        made.stop = [this] { return *now_ >= end_; };
        made.reload = [] { return false; };
        made.say = [this](std::string const& text) { said_.push_back(text); };
        return made;
    }
    std::vector<UnixTime> waits_;
    std::vector<std::string> said_;
    std::vector<std::size_t> after_; ///< requests so far when a pass was over
    UnixTime end_ = 0, jump_ = 0;
};

TEST_F(DaemonNights, AskOnceANightInsideTheWindow) {
    answers_["regio"] = serves(population_file(3, 1000));
    end_ = *now_ + 5 * day_seconds;
    auto const passes = run_daemon(daemon(Window{3 * 60, 8 * 60}));
    EXPECT_EQ(passes, 5U);
    EXPECT_THAT(after_, ::testing::ElementsAre(1U, 2U, 3U, 4U, 5U));
    auto const zone = german_zone();
    for (std::size_t i = 1; i < requests_.size(); ++i) {
        auto const opening = opening_at({3 * 60, 8 * 60}, requests_[i].time, zone);
        EXPECT_TRUE(opening.is_open(requests_[i].time)) << utc_text(requests_[i].time);
    }
    EXPECT_THAT(requests_, SizeIs(5));
}

TEST_F(DaemonNights, MakeUpForAMissedNightAtOnce) {
    answers_["regio"] = serves(population_file(3, 1000));
    end_ = *now_ + 3 * hour_seconds;
    (void)run_daemon(daemon(Window{3 * 60, 8 * 60}));
    requests_.clear();
    *now_ = utc("2026-11-30T12:00:00Z"); // the machine was off for four days
    end_ = *now_ + hour_seconds;
    (void)run_daemon(daemon(Window{3 * 60, 8 * 60}));
    ASSERT_THAT(requests_, SizeIs(1));
    EXPECT_EQ(requests_[0].time, utc("2026-11-30T12:00:00Z"));
}

TEST_F(DaemonNights, SurviveAClockThatJumpsTwoHoursEitherWay) {
    for (UnixTime const jump : {2 * hour_seconds, -2 * hour_seconds}) {
        answers_["regio"] = serves(population_file(3, 1000));
        jump_ = jump;
        auto const before = requests_.size();
        end_ = *now_ + 4 * day_seconds;
        (void)run_daemon(daemon(std::nullopt));
        EXPECT_GE(requests_.size() - before, 4U);
        EXPECT_LE(requests_.size() - before, 5U);
    }
    EXPECT_EQ(store_->vintages("REGIO_12411-01-01-4").size(), 1U) << "nothing is doubled";
}

TEST_F(DaemonNights, GoOnWithTheOldConfigurationWhereTheNewOneIsBroken) {
    answers_["regio"] = serves(population_file(3, 1000));
    end_ = *now_ + hour_seconds;
    auto made = daemon(std::nullopt);
    bool wants = true, first = true;
    made.reload = [&wants] { return std::exchange(wants, false); };
    made.make = [&, make = made.make]() -> Night {
        if (std::exchange(first, false)) return make();
        throw Error{Errc::invalid_argument, "kreislauf.toml:3:1: unknown key 'tabels'"};
    };
    EXPECT_EQ(run_daemon(made), 1U);
    EXPECT_THAT(said_, Contains(HasSubstr("goes on with the old configuration")));
}

TEST(Expected, KnowsDaysThatComeAgainAndDaysThatComeOnce) {
    Expected days;
    days.add("31");
    days.add("03-15");
    days.add("2026-12-02");
    auto const day = [](char const* text) { return static_cast<std::int32_t>(utc(text) / day_seconds); };
    EXPECT_EQ(last_expected(days, day("2026-11-30T00:00:00Z")), day("2026-11-30T00:00:00Z"));
    EXPECT_EQ(next_expected(days, day("2026-11-30T00:00:00Z")), day("2026-12-02T00:00:00Z"));
    EXPECT_EQ(next_expected(days, day("2027-03-01T00:00:00Z")), day("2027-03-15T00:00:00Z"));
    for (auto const* const wrong : {"", "0", "32", "13-01", "00-10", "2026-02-30", "monthly", "1x"})
        EXPECT_THROW(days.add(wrong), Error) << wrong;
}

TEST(Jitter, IsTheSameForTheSameSeedAndNeverMoreThanAQuarter) {
    ItemState state;
    state.last = {1000, "regio", "a", "unavailable", "down (source_unavailable)", 0};
    state.outcome = Outcome::unavailable;
    state.failures = 2;
    EXPECT_EQ(paused_until(state, 0), 1000 + 3600);
    std::set<UnixTime> seen;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        auto const until = paused_until(state, seed);
        EXPECT_EQ(until, paused_until(state, seed));
        EXPECT_GE(until, 1000 + 3600);
        EXPECT_LE(until, 1000 + 3600 + 900);
        seen.insert(until);
    }
    EXPECT_GT(seen.size(), 25U) << "not everybody comes back at the same moment";
}

} // namespace
} // namespace gateway::night
