#include "gateway/night/item_state.hpp"

#include <gmock/gmock.h>

#include <array>

namespace gateway::night {
namespace {

TEST(ItemState, OneFailedDocumentOfARoundIsNotHiddenByTheSoundOnesBehindIt) {
    std::array<store::Attempt, 3> const attempts{{{1000, "lsn", "1-2-4", "loaded", "", 1},
                                                  {1000, "lsn", "1-2-4", "failed", "cut (truncated)", 2},
                                                  {1001, "lsn", "1-2-4", "loaded", "", 3}}};
    auto const state = item_states(attempts).at({"lsn", "1-2-4"});
    EXPECT_EQ(state.outcome, Outcome::failed);
    EXPECT_EQ(state.failures, 1U);
    EXPECT_EQ(state.last_success, std::nullopt);
    EXPECT_EQ(cause_of(state.last), Errc::truncated);
}

TEST(ItemState, CountsFailuresInARowAndForgetsThemWithSuccess) {
    std::array<store::Attempt, 4> const attempts{{{1000, "r", "t", "loaded", "", 1},
                                                  {2000, "r", "t", "failed", "", 0},
                                                  {3000, "r", "t", "empty", "", 0},
                                                  {4000, "r", "t", "unchanged", "", 2}}};
    auto const failing = item_states(std::span{attempts}.first(3)).at({"r", "t"});
    EXPECT_EQ(failing.failures, 2U);
    EXPECT_EQ(failing.failing_since, 2000);
    EXPECT_EQ(failing.last_success, 1000);
    auto const well = item_states(attempts).at({"r", "t"});
    EXPECT_EQ(well.failures, 0U);
    EXPECT_EQ(well.last_success, 4000);
}

TEST(ItemState, ASourceIsWellAgainWhenOneOfItsTablesSucceeds) {
    std::array<store::Attempt, 2> const attempts{
        {{1000, "r", "", "failed", "no (source_refused)", 0}, {9000, "r", "t", "loaded", "", 1}}};
    EXPECT_EQ(item_states(std::span{attempts}.first(1)).at({"r", ""}).failures, 1U);
    EXPECT_EQ(item_states(attempts).at({"r", ""}).failures, 0U);
}

TEST(ItemState, PausesGrowToADayAndRefusedCredentialsWaitADayAtOnce) {
    ItemState state;
    state.last = {0, "r", "t", "failed", "down (source_unavailable)", 0};
    EXPECT_EQ(paused_until(state), 0);
    state.failures = 1;
    EXPECT_EQ(paused_until(state), 30 * 60);
    state.failures = 3;
    EXPECT_EQ(paused_until(state), 120 * 60);
    state.failures = 4'000'000;
    EXPECT_EQ(paused_until(state), 24 * 3600);
    state.failures = 1;
    state.last.text = "wrong password (source_refused)";
    EXPECT_EQ(paused_until(state), 24 * 3600);
}

TEST(ItemState, AnUnknownWordIsNeitherSuccessNorFailure) {
    EXPECT_EQ(outcome_of("brand_new"), Outcome::other);
    std::array<store::Attempt, 2> const attempts{
        {{1000, "r", "t", "failed", "", 0}, {2000, "r", "t", "not_data", "", 1}}};
    EXPECT_EQ(item_states(attempts).at({"r", "t"}).failures, 1U);
}

} // namespace
} // namespace gateway::night
