// Nights that never were: see world.hpp. The long runs are tests of their own (CMakeLists.txt).
#include <gtest/gtest.h>

#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

Plan plan_of(std::uint64_t seed, unsigned nights = 40, Defect defect = Defect::none) {
    Plan plan;
    plan.seed = seed;
    plan.nights = nights;
    plan.defect = defect;
    return plan;
}

TEST(SimulatedNights, EndInTheHashOfAStoreThatWasNeverDisturbed) {
    Outcome all;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        auto const one = live(plan_of(seed));
        all.nights += one.nights;
        all.vintages += one.vintages;
        all.net_faults += one.net_faults;
        all.disk_faults += one.disk_faults;
        all.kills += one.kills;
    }
    // Nights in which nothing happens would prove nothing.
    EXPECT_GT(all.nights, 500U);
    EXPECT_GT(all.vintages, 200U);
    EXPECT_GT(all.net_faults, 500U);
    EXPECT_GT(all.disk_faults, 80U);
    EXPECT_GT(all.kills, 40U);
}

TEST(SimulatedNights, LeaveTheSameTraceForTheSameSeed) {
    for (std::uint64_t const seed : {3U, 8U}) {
        auto const one = live(plan_of(seed, 25));
        auto const again = live(plan_of(seed, 25));
        EXPECT_EQ(one.trace, again.trace) << seed;
        EXPECT_EQ(one.content_hash, again.content_hash);
        EXPECT_EQ(one.longest_steps, again.longest_steps);
    }
    EXPECT_NE(live(plan_of(3, 25)).trace, live(plan_of(4, 25)).trace);
}

/// What the nights say about a planted defect; empty where forty seeds do not find it.
std::string found(Defect defect) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        try {
            live(plan_of(seed, 40, defect));
        } catch (Broken const& error) {
            return error.what();
        }
    }
    return {};
}

TEST(SimulatedNights, FindAStepThatIgnoresAFailingSync) {
    auto const text = found(Defect::ignored_sync);
    EXPECT_NE(text.find("seed "), std::string::npos) << "not found";
}

TEST(SimulatedNights, FindAStoreWhoseLogIsNotSynced) {
    auto const text = found(Defect::lying_log);
    EXPECT_NE(text.find("seed "), std::string::npos) << "not found";
}

TEST(SimulatedNights, FindASyncThatForgetsItsJobs) {
    auto const text = found(Defect::lost_memory);
    EXPECT_NE(text.find("is started although"), std::string::npos) << text;
}

} // namespace
} // namespace simulation
