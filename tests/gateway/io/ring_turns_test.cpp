// Nothing is lost, doubled or waited for in vain, whichever side is the slower one.
#include "gateway/io/ring_turns.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <numeric>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace gateway::io {
namespace {

constexpr std::chrono::seconds long_enough{60};

/// Numbers through a ring; each side dawdles now and then.
std::vector<int> through(std::size_t slots, int count, unsigned filler_dawdles, unsigned taker_dawdles) {
    RingTurns turns{slots};
    std::vector<int> ring(slots, -1);
    std::vector<int> arrived;
    auto const dawdle = [](std::minstd_rand& random, unsigned often) {
        if (often > 0 && random() % often == 0)
            std::this_thread::sleep_for(std::chrono::microseconds{random() % 200});
    };
    std::jthread const taker{[&] {
        std::minstd_rand random{1};
        for (; turns.wait_for_filled(); turns.taken()) {
            dawdle(random, taker_dawdles);
            arrived.push_back(ring[turns.taking()]);
            ring[turns.taking()] = -1;
        }
    }};
    std::minstd_rand random{2};
    for (int i = 0; i < count; ++i) {
        EXPECT_TRUE(turns.wait_for_room());
        dawdle(random, filler_dawdles);
        EXPECT_EQ(ring[turns.filling()], -1) << "the slot of " << i << " is still in use";
        ring[turns.filling()] = i;
        turns.filled();
        if (i % 1000 == 999) {
            EXPECT_TRUE(turns.wait_until_taken());
            EXPECT_EQ(arrived.size(), static_cast<std::size_t>(i) + 1);
        }
    }
    EXPECT_TRUE(turns.wait_until_taken());
    turns.end();
    return arrived;
}

TEST(RingTurns, EverythingArrivesInItsOrder) {
    for (std::size_t const slots : {1U, 2U, 3U, 6U, 8U})
        for (auto const& [filler, taker] :
             std::vector<std::pair<unsigned, unsigned>>{{0, 0}, {7, 0}, {0, 7}, {11, 13}}) {
            std::vector<int> wanted(2500);
            std::iota(wanted.begin(), wanted.end(), 0);
            EXPECT_EQ(through(slots, 2500, filler, taker), wanted) << slots << " slots";
        }
    EXPECT_TRUE(through(3, 0, 0, 0).empty());
}

TEST(RingTurns, WhatIsLessThanHalfARingComesWhenItIsFlushedOrEnds) {
    for (bool const ends : {false, true}) {
        RingTurns turns{8};
        std::promise<void> came;
        std::jthread const taker{[&] {
            if (turns.wait_for_filled()) came.set_value();
        }};
        std::this_thread::sleep_for(std::chrono::milliseconds{20}); // it sleeps by now, most likely
        turns.filled();
        ends ? turns.end() : turns.flush();
        EXPECT_EQ(came.get_future().wait_for(long_enough), std::future_status::ready);
    }
}

TEST(RingTurns, SleepersAreWokenWhenTheOtherSideGivesUp) {
    RingTurns empty{2};
    auto takes = std::async(std::launch::async, [&] { return empty.wait_for_filled(); });
    RingTurns full{2};
    full.filled();
    full.filled();
    auto fills = std::async(std::launch::async, [&] { return full.wait_for_room(); });
    RingTurns slow{2};
    slow.filled();
    auto finishes = std::async(std::launch::async, [&] { return slow.wait_until_taken(); });
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    for (auto* const turns : {&empty, &full, &slow}) turns->abandon();
    for (auto* const result : {&takes, &fills, &finishes}) {
        ASSERT_EQ(result->wait_for(long_enough), std::future_status::ready);
        EXPECT_FALSE(result->get());
    }
    EXPECT_FALSE(full.wait_for_filled()) << "what is in an abandoned ring is nobody's";
}

TEST(RingTurns, TheEndComesAfterWhatWasFilled) {
    RingTurns turns{4};
    turns.filled();
    turns.end();
    ASSERT_TRUE(turns.wait_for_filled());
    EXPECT_EQ(turns.taking(), 0U);
    turns.taken();
    EXPECT_FALSE(turns.wait_for_filled());
}

} // namespace
} // namespace gateway::io
