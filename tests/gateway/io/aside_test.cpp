#include "gateway/io/aside.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sanitized.hpp"

namespace gateway::io {
namespace {

using namespace std::chrono_literals;

TEST(Aside, GivesTheResultAsOftenAsWanted) {
    EXPECT_FALSE(Aside<int>{}.valid());
    auto const work = aside([] { return 6 * 7; });
    EXPECT_TRUE(work.valid());
    EXPECT_EQ(work.get(), 42);
    EXPECT_EQ(work.get(), 42);
}

TEST(Aside, ThrowsWhatTheWorkThrew) {
    auto const work = aside([]() -> int { throw std::runtime_error{"no"}; });
    EXPECT_THROW(work.get(), std::runtime_error);
    EXPECT_THROW(work.get(), std::runtime_error);
}

TEST(Aside, WaitsForTheEndOfTheWork) {
    std::atomic<bool> ended = false;
    {
        auto const work = aside([&ended] {
            std::this_thread::sleep_for(20ms);
            ended = true;
        });
    }
    EXPECT_TRUE(ended);
    ended = false;
    auto work = aside([&ended] {
        std::this_thread::sleep_for(20ms);
        ended = true;
    });
    work = aside([] {});
    EXPECT_TRUE(ended);
}

TEST(Aside, WhatTheWorkHoldsIsGoneBeforeItsResultIsThere) {
    auto held = std::make_shared<int>(1);
    for (int i = 0; i < 200; ++i) {
        aside([kept = held] { static_cast<void>(kept); }).get();
        ASSERT_EQ(held.use_count(), 1) << i;
    }
}

TEST(Aside, UsesAThreadThatIsIdle) {
    std::set<std::thread::id> used;
    for (int i = 0; i < 100; ++i) {
        used.insert(aside([] { return std::this_thread::get_id(); }).get());
        std::this_thread::sleep_for(1ms); // the thread has told its result before it is idle again
    }
    EXPECT_LT(used.size(), 20U);
}

TEST(Aside, NothingWaitsForAnotherWorkToEnd) {
    constexpr int at_a_time = 20;
    for (int round = 0; round < 3; ++round) {
        std::atomic<int> begun = 0;
        std::vector<Aside<void>> all;
        for (int i = 0; i < at_a_time; ++i)
            all.push_back(aside([&begun] {
                // Ends when all are at work; would never end if one had to wait for a thread.
                for (++begun; begun < at_a_time;) std::this_thread::sleep_for(1ms);
            }));
        for (auto& one : all) one.get();
        EXPECT_EQ(begun, at_a_time);
    }
}

TEST(Aside, AChildProcessBeginsWithoutThreads) {
    if (is_sanitized) GTEST_SKIP() << "the sanitizer of threads lets no child have any";
    aside([] {}).get();
    std::this_thread::sleep_for(20ms); // now a thread is idle, which the child does not have
    auto const child = fork();
    if (child == 0) _exit(aside([] { return 7; }).get());
    int status = 0;
    for (int i = 0; i < 1000 && waitpid(child, &status, WNOHANG) == 0; ++i) std::this_thread::sleep_for(10ms);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 7) kill(child, SIGKILL);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

} // namespace
} // namespace gateway::io
