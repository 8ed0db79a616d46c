// The simulated disk by itself: what it keeps, what it loses, and that each step can be the last one.
#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "tests/gateway/store/fixture.hpp"
#include "tests/simulation/disk.hpp"

namespace simulation {
namespace {

namespace fs = std::filesystem;
using gateway::store::testing::TempDirectory;

class SimulatedDisk : public ::testing::Test {
  protected:
    SimulatedDisk() : root_(folder_.path() + "/machine") {
        disk_.watch(root_);
        fs::create_directories(root_ + "/store");
        disk_.begin_night({});
    }
    ~SimulatedDisk() override { disk_.watch({}); }

    /// As a program that was killed half way would do it.
    void write(std::string const& name, std::string const& text, bool syncs) const {
        gateway::io::DurableFile file{root_ + "/store", text.size()};
        file.append(text);
        if (syncs) file.commit(root_ + "/store/" + name);
    }
    void power_cut(std::uint64_t seed) {
        Dice dice{seed};
        disk_.kill(true);
        disk_.end_night(dice);
    }
    [[nodiscard]] std::string text_of(std::string const& name) const {
        auto const path = root_ + "/store/" + name;
        return gateway::io::file_exists(path) ? gateway::io::read_file(path) : "(none)";
    }

    TempDirectory folder_;
    std::string root_;
    Disk& disk_ = Disk::the();
};

TEST_F(SimulatedDisk, KeepsWhatWasSyncedWhateverIsLost) {
    write("kept", "figures", true);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        power_cut(seed);
        EXPECT_EQ(text_of("kept"), "figures") << seed;
        disk_.begin_night({});
    }
}

TEST_F(SimulatedDisk, LosesWhatWasNotSynced) {
    unsigned lost = 0, there = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        write("kept", "old", true);
        disk_.lies_about = ".partial"; // no name ends so: nothing is lied about
        disk_.ignores_failing_sync = true;
        disk_.begin_night({DiskFault::sync_error, 1, 1});
        write("kept", "new and longer", true);
        disk_.ignores_failing_sync = false;
        power_cut(seed);
        auto const text = text_of("kept");
        lost += text != "new and longer";
        there += text == "new and longer";
        disk_.begin_night({});
    }
    EXPECT_GT(lost, 5U);
    EXPECT_GT(there, 0U);
}

TEST_F(SimulatedDisk, ReplacesAFileAsAWholeOrNotAtAllAtWhateverStepThePowerFails) {
    std::string const longer(20'000, 'n');
    for (std::uint64_t step = 1; step < 12; ++step)
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            write("file", "old", true);
            disk_.begin_night({DiskFault::power_cut, step, 1});
            bool done = true;
            try {
                write("file", longer, true);
            } catch (gateway::Error const&) {
                done = false;
            }
            Dice dice{seed * 100 + step};
            if (!disk_.is_dead()) disk_.kill(true);
            disk_.end_night(dice);
            auto const text = text_of("file");
            if (done) {
                EXPECT_EQ(text, longer) << step;
            } else {
                EXPECT_TRUE(text == "old" || text == longer) << step << ": " << text.size() << " bytes";
            }
            disk_.begin_night({});
        }
}

TEST_F(SimulatedDisk, SaysThatItIsFullAndHasRoomAgain) {
    disk_.begin_night({DiskFault::full, 1, 2});
    EXPECT_THROW(write("file", "text", true), gateway::Error);
    EXPECT_TRUE(disk_.has_fired());
    for (int i = 0; i < 3; ++i) {
        try {
            write("file", "text", true);
        } catch (gateway::Error const& error) {
            EXPECT_EQ(error.code(), gateway::Errc::io);
        }
    }
    EXPECT_EQ(text_of("file"), "text");
}

TEST_F(SimulatedDisk, DoesNothingMoreForAProcessThatWasKilled) {
    write("file", "old", true);
    disk_.kill(false);
    EXPECT_THROW(write("file", "new", true), gateway::Error);
    EXPECT_NE(::unlink((root_ + "/store/file").c_str()), 0);
    Dice dice{1};
    disk_.end_night(dice);
    EXPECT_EQ(text_of("file"), "old");
}

} // namespace
} // namespace simulation
