// Bytes in memory or in a file without a name: the same to look at.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/io/spilled_bytes.hpp"

namespace {

using gateway::io::SpilledBytes;

std::string filled(SpilledBytes& bytes, int pieces) {
    std::string expected;
    for (int i = 0; i < pieces; ++i) {
        auto const piece = "piece " + std::to_string(i) + ";";
        bytes.append(piece);
        expected += piece;
    }
    bytes.finish();
    return expected;
}

TEST(SpilledBytes, StayInMemoryWhileTheyAreFew) {
    SpilledBytes bytes{1000};
    auto const expected = filled(bytes, 10);
    EXPECT_FALSE(bytes.is_spilled());
    EXPECT_EQ(bytes.view(), expected);
    EXPECT_EQ(bytes.size(), expected.size());
}

TEST(SpilledBytes, AreTheSameFromAFile) {
    SpilledBytes bytes{100};
    auto const expected = filled(bytes, 10'000);
    EXPECT_TRUE(bytes.is_spilled());
    EXPECT_EQ(bytes.view(), expected);
    EXPECT_EQ(bytes.size(), expected.size());
    auto moved = std::move(bytes);
    EXPECT_EQ(moved.view(), expected);
}

TEST(SpilledBytes, HoldNothingWhereNothingCame) {
    SpilledBytes bytes;
    bytes.finish();
    EXPECT_TRUE(bytes.view().empty());
}

TEST(SpilledBytes, LeaveNoFileBehind) {
    auto const folder =
        std::filesystem::temp_directory_path() / ("kreislauf-spill-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    auto const* const before = std::getenv("TMPDIR");
    std::string const old = before == nullptr ? "" : before;
    ::setenv("TMPDIR", folder.c_str(), 1);
    {
        SpilledBytes bytes{100};
        filled(bytes, 1000);
        EXPECT_TRUE(bytes.is_spilled());
        EXPECT_TRUE(std::filesystem::is_empty(folder)); // even while it is used
    }
    std::filesystem::remove_all(folder);
    SpilledBytes bytes{100};
    try {
        filled(bytes, 1000);
        ADD_FAILURE() << "the folder is gone";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::io);
        EXPECT_THAT(error.what(), testing::HasSubstr(folder.string()));
        EXPECT_THAT(error.what(), testing::HasSubstr("TMPDIR"));
    }
    if (before == nullptr)
        ::unsetenv("TMPDIR");
    else
        ::setenv("TMPDIR", old.c_str(), 1);
}

} // namespace
