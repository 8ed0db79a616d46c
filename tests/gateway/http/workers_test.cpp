#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

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

} // namespace
} // namespace gateway::testing
