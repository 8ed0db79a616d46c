#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/http/workers.hpp"

namespace gateway::testing {
namespace {

using http::Workers;
using ::testing::ElementsAre;

/// What ran, in its order; jobs called "gate" last until it is opened.
struct Track {
    std::mutex guard;
    std::condition_variable changed;
    std::vector<std::string> done;
    bool is_open = false;

    void run(std::string const& name) {
        std::unique_lock lock{guard};
        if (name == "gate") changed.wait(lock, [this] { return is_open; });
        done.push_back(name);
        changed.notify_all();
    }
    void open() {
        std::lock_guard const lock{guard};
        is_open = true;
        changed.notify_all();
    }
    bool waits_for(std::size_t count) {
        std::unique_lock lock{guard};
        return changed.wait_for(lock, std::chrono::seconds{10}, [&] { return done.size() >= count; });
    }
};

constexpr std::size_t any = ~std::size_t{0};

TEST(HttpWorkers, BriefWorkPassesWorkThatIsLong) {
    Track track;
    Workers workers{1};
    workers.add([&] { track.run("gate"); }, any);
    workers.add([&] { track.run("long"); }, any, Workers::Lane::lengthy);
    workers.add([&] { track.run("brief"); }, any);
    track.open();
    ASSERT_TRUE(track.waits_for(3));
    EXPECT_THAT(track.done, ElementsAre("gate", "brief", "long"));
}

TEST(HttpWorkers, LongWorkLeavesHalfOfTheThreadsToBriefWork) {
    Track track;
    Workers workers{2};
    for (int i = 0; i < 3; ++i) workers.add([&] { track.run("gate"); }, any, Workers::Lane::lengthy);
    workers.add([&] { track.run("brief"); }, any);
    EXPECT_TRUE(track.waits_for(1)) << "though three long jobs came before it";
    track.open();
    ASSERT_TRUE(track.waits_for(4));
    EXPECT_EQ(track.done.front(), "brief");
}

TEST(HttpWorkers, LongWorkGoesOnWhileBriefWorkKeepsComing) {
    Track track;
    Workers workers{1};
    workers.add([&] { track.run("gate"); }, any);
    workers.add([&] { track.run("long"); }, any, Workers::Lane::lengthy);
    for (int i = 0; i < 40; ++i) workers.add([&] { track.run("brief"); }, any);
    track.open();
    ASSERT_TRUE(track.waits_for(42));
    EXPECT_NE(track.done.back(), "long");
}

TEST(HttpWorkers, RefusesWhatWouldWaitBehindTooMuch) {
    Track track;
    Workers workers{1};
    workers.add([&] { track.run("gate"); }, any);
    while (workers.waiting() != 0) std::this_thread::yield();
    EXPECT_TRUE(workers.add([&] { track.run("a"); }, 1));
    EXPECT_FALSE(workers.add([&] { track.run("b"); }, 1));
    EXPECT_TRUE(workers.add([&] { track.run("c"); }, 1, Workers::Lane::lengthy))
        << "each lane has its own limit";
    track.open();
    EXPECT_TRUE(track.waits_for(3));
}

TEST(HttpWorkers, BriefWorkTakesNoMoreThreadsThanItIsGiven) {
    Track track;
    Workers workers{8, 2, std::chrono::hours{1}};
    std::atomic<int> at_once{0};
    std::atomic<int> most{0};
    for (int i = 0; i < 200; ++i)
        workers.add(
            [&] {
                int const now = ++at_once;
                for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                }
                std::this_thread::sleep_for(std::chrono::microseconds{200});
                --at_once;
                track.run("brief");
            },
            any);
    ASSERT_TRUE(track.waits_for(200));
    EXPECT_EQ(most, 2);
}

TEST(HttpWorkers, BriefWorkThatTakesLongHoldsNobodyUp) {
    Track track;
    Workers workers{4, 1, std::chrono::milliseconds{5}};
    for (int i = 0; i < 3; ++i) workers.add([&] { track.run("gate"); }, any);
    workers.add([&] { track.run("brief"); }, any);
    EXPECT_TRUE(track.waits_for(1)) << "three jobs before it do not end, and nothing else happens";
    track.open();
    ASSERT_TRUE(track.waits_for(4));
    EXPECT_EQ(track.done.front(), "brief");
}

TEST(HttpWorkers, WorkThatWaitsForADiskTakesNoPlaceOfBriefWork) {
    Track track;
    Workers workers{4, 2, std::chrono::hours{1}};
    for (int i = 0; i < 10; ++i) workers.add([&] { track.run("gate"); }, any, Workers::Lane::waiting);
    for (int i = 0; i < 10; ++i) workers.add([&] { track.run("brief"); }, any);
    EXPECT_TRUE(track.waits_for(10));
    track.open();
    ASSERT_TRUE(track.waits_for(20));
    EXPECT_EQ(track.done[9], "brief");
}

TEST(HttpWorkers, EveryJobIsDoneOnceWhateverComesTogether) {
    for (int turn = 0; turn < 20; ++turn) {
        Track track;
        Workers workers{6, 2, std::chrono::milliseconds{1}};
        std::vector<std::thread> givers;
        for (unsigned g = 0; g < 3; ++g)
            givers.emplace_back([&workers, &track, g] {
                for (unsigned i = 0; i < 200; ++i)
                    workers.add(
                        [&track, i] {
                            if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{2});
                            track.run("job");
                        },
                        any, static_cast<Workers::Lane>((i + g) % 3));
            });
        for (auto& giver : givers) giver.join();
        ASSERT_TRUE(track.waits_for(600)) << "turn " << turn;
        EXPECT_EQ(workers.waiting(), 0U);
    }
}

} // namespace
} // namespace gateway::testing
