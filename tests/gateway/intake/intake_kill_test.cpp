// Killed at any moment between upload and release: nothing lost, nothing doubled, nothing half visible.
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "gateway/raw/archive.hpp"
#include "tests/gateway/intake/intake_fixture.hpp"

namespace gateway::intake::testing {
namespace {

using ::testing::IsEmpty;

constexpr int deliveries = 80;
constexpr int kills = 200;
constexpr int rows = 400;

std::string text_of(int number) {
    // Each changes some of what the one before brought, and adds a year.
    auto text = csv(1000 + number, 8 + number % 5 * 4);
    return text + csv(number, rows, 2012).substr(csv(0, 0).size());
}

std::string path_of(TestStore const& place, int number) {
    return place.folder() + "/upload" + std::to_string(number);
}

/// What server and clerks do: send, check, release, one delivery after the other; going on where it stands.
void run_to_the_end(TestStore const& place) {
    Intake intake{place.settings(Clock::system())};
    std::set<std::string> done;
    for (auto const& delivery : intake.list({{}, {}, Stage::released}))
        if (intake.receipts(delivery.id).size() >= 3) done.insert(delivery.file);
    for (int number = 0; number < deliveries; ++number) {
        Submission wanted;
        wanted.agreement = "test";
        wanted.file = "delivery" + std::to_string(number) + ".csv";
        if (done.count(wanted.file) == 1) continue;
        wanted.path = path_of(place, number);
        wanted.sender = "key anna";
        wanted.wish.reason = "Probe";
        auto const id = intake.submit(wanted).delivery.id;
        for (;;) {
            auto const delivery = intake.find(id).value();
            if (delivery.stage == Stage::released && intake.receipts(id).size() >= 3) break;
            if ((delivery.stage == Stage::checked || delivery.stage == Stage::held) &&
                !delivery.release_wanted)
                intake.release(id, "key bert", "Probe");
            if (!intake.work()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }
}

void prepare(TestStore const& place) {
    for (int number = 0; number < deliveries; ++number)
        static_cast<void>(place.write("upload" + std::to_string(number), text_of(number)));
}

/// Everything that must hold at any moment.
void look(TestStore const& place, int kill_number) {
    Intake const intake{place.settings(Clock::system())};
    auto const store = place.open();
    ASSERT_THAT(store->verify(), IsEmpty()) << "after kill " << kill_number;
    std::map<std::string, int> released_in_store;
    for (auto const& dataset : store->datasets())
        for (auto const& vintage : store->vintages(dataset.id)) {
            auto const document = store->document(vintage.document);
            ASSERT_TRUE(document);
            ++released_in_store[document->provenance.request.front().second];
            raw::Archive const archive{place.store() + "/raw"};
            EXPECT_TRUE(archive.holds_sound(document->sha256));
        }
    std::map<std::string, int> seen;
    for (auto const& delivery : intake.list({})) {
        EXPECT_EQ(++seen[delivery.sha256], 1) << "a delivery twice";
        raw::Archive const archive{place.store() + "/intake/raw"};
        EXPECT_TRUE(archive.holds_sound(delivery.sha256)) << "a delivery without its bytes";
        EXPECT_LE(released_in_store[delivery.id], 1) << "released twice: " << delivery.id;
        if (delivery.stage == Stage::released) {
            EXPECT_FALSE(store->position("delivery", delivery.id).empty());
        }
        if (delivery.stage == Stage::received) {
            EXPECT_TRUE(store->position("delivery", delivery.id).empty());
        }
    }
    auto const chain = Receipts{place.store() + "/intake"}.verify();
    EXPECT_THAT(chain.problems, IsEmpty());
}

TEST(IntakeKill, IntakeKilledTwoHundredTimesReleasesTheSameAsAnUndisturbedOne) {
    TestStore const undisturbed;
    prepare(undisturbed);
    auto const begin = std::chrono::steady_clock::now();
    run_to_the_end(undisturbed);
    // Drawn so that every part of a delivery is hit sooner or later, on a quick machine and on a busy one.
    auto const longest_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin)
            .count() *
        3 / (2 * deliveries);

    TestStore const killed;
    prepare(killed);
    std::random_device seed;
    std::mt19937 random{seed()};
    int in_the_middle = 0;
    std::size_t known = 0;
    for (int number = 0; number < kills; ++number) {
        auto const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            try {
                run_to_the_end(killed);
            } catch (std::exception const& error) {
                std::fprintf(stderr, "child: %s\n", error.what());
                _exit(1);
            }
            _exit(0);
        }
        usleep(static_cast<useconds_t>(random() % static_cast<unsigned>(std::max(1L, longest_us))));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status))
            ++in_the_middle;
        else
            EXPECT_EQ(WEXITSTATUS(status), 0);
        if (number % 10 == 0) {
            look(killed, number);
            auto const now = Intake{killed.settings(Clock::system())}.list({}).size();
            EXPECT_GE(now, known) << "a delivery is lost";
            known = now;
        }
    }
    EXPECT_GT(in_the_middle, kills / 4);
    EXPECT_GT(known, 5U) << "the kills came too early to hit anything";
    run_to_the_end(killed);
    look(killed, kills);
    Intake const intake{killed.settings(Clock::system())};
    auto const list = intake.list({});
    EXPECT_EQ(list.size(), static_cast<std::size_t>(deliveries));
    for (auto const& delivery : list) {
        EXPECT_EQ(delivery.stage, Stage::released) << delivery.id;
        EXPECT_EQ(intake.receipts(delivery.id).size(), 3U) << delivery.id;
    }
    EXPECT_EQ(killed.open()->content_hash(), undisturbed.open()->content_hash());
}

} // namespace
} // namespace gateway::intake::testing
