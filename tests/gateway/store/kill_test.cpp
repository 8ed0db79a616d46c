#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>
#include <random>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

constexpr unsigned steps = 120;
constexpr unsigned areas = 600;
constexpr int kills = 30;

/// Delivery number `step`: most figures as before, some revised, some gone.
void load_step(Store& store, unsigned step) {
    auto const document = store.record_document(std::string(64, 'a'), step, {});
    auto about = request();
    about.document = document;
    auto const load = store.begin(about);
    std::mt19937 random{step};
    std::vector<PackedObservation> series;
    for (auto const* sex : {"F", "M"}) {
        auto const indicator = load->indicator(indicator_of(sex));
        for (unsigned i = 0; i < areas; ++i) {
            series.clear();
            for (int year = 2010; year < 2024; ++year) {
                auto const draw = random();
                if (draw % 50 == 0) continue;
                auto const value = draw % 20 == 1 ? step : static_cast<unsigned>(year) + i;
                series.push_back({TimePeriod::year(year).value(), Decimal::from_integer(value), 0, 0});
            }
            load->put(indicator, load->area(county(std::to_string(10'000 + i))), series);
        }
    }
    load->label("SEX", "F", "weiblich " + std::to_string(step));
    load->commit(std::to_string(step), 0, 0, everything());
}

unsigned next_step(Store const& store) {
    auto const position = store.position(population().source, population().table);
    return position.empty() ? 1 : static_cast<unsigned>(std::stoul(position)) + 1;
}

/// What a job does: open, look where it was, go on.
void run_to_the_end(std::string const& directory) {
    auto const store = open_sqlite(directory);
    for (auto step = next_step(*store); step <= steps; ++step) load_step(*store, step);
}

TEST(StoreKill, StoreKilledThirtyTimesHoldsTheSameAsAnUndisturbedOne) {
    TempDirectory const undisturbed;
    run_to_the_end(undisturbed.path());

    TempDirectory const killed;
    std::mt19937 random{std::random_device{}()};
    int in_the_middle = 0;
    unsigned progress = 0;
    for (int kill_number = 0; kill_number < kills; ++kill_number) {
        auto const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            try {
                run_to_the_end(killed.path());
            } catch (...) {
                _exit(1);
            }
            _exit(0);
        }
        // Enough for a few loads, so that every part of one is hit sooner or later.
        usleep(static_cast<useconds_t>(random() % 60'000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status))
            ++in_the_middle;
        else
            EXPECT_EQ(WEXITSTATUS(status), 0);

        auto const store = open_sqlite(killed.path());
        EXPECT_GE(next_step(*store), progress); // nothing that was committed is lost
        progress = next_step(*store);
        ASSERT_THAT(store->verify(), ::testing::IsEmpty()) << "after kill " << kill_number;
        auto const vintages = store->vintages(population().id);
        EXPECT_EQ(vintages.size(), progress - 1);
    }
    EXPECT_GT(in_the_middle, kills / 2);
    run_to_the_end(killed.path());
    EXPECT_EQ(open_sqlite(killed.path())->content_hash(), open_sqlite(undisturbed.path())->content_hash());
}

} // namespace
} // namespace gateway::store::testing
