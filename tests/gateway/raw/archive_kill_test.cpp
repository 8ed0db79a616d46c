// A writer is killed at many moments; whatever keep() reported before must be there, and nothing else.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::raw {
namespace {

using testing::TemporaryDirectory;

std::string document(unsigned number) {
    return testing::table_text(20'000) + std::to_string(number);
}

/// Keeps document after document and reports each hash on `pipe` once keep() has returned.
[[noreturn]] void keep_for_ever(std::string const& directory, int pipe, unsigned first) {
    Archive archive{directory};
    for (unsigned number = first;; ++number) {
        auto const kept = archive.keep(document(number), {"file", "x", "", {}, {}, 0, 0});
        if (::write(pipe, kept.sha256.data(), 64) != 64) ::_exit(2);
    }
}

TEST(ArchiveKill, LosesNothingThatWasReportedAndLeavesNothingHalf) {
    TemporaryDirectory const directory;
    std::vector<std::string> reported;
    for (unsigned round = 0; round < 25; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        auto const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) keep_for_ever(directory.path("raw"), ends[1], round * 100'000);
        ::close(ends[1]);
        // Kill at ever other moments of the next keep(), however slow the machine is.
        std::string hash(64, '\0');
        for (unsigned i = 0; i <= round % 3 && ::read(ends[0], hash.data(), 64) == 64; ++i)
            reported.push_back(hash);
        ::usleep(round * 97);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(ends[0], hash.data(), 64) == 64) reported.push_back(hash);
        ::close(ends[0]);
    }
    Archive archive{directory.path("raw")};
    EXPECT_TRUE(archive.verify().empty());
    EXPECT_GT(reported.size(), 10U);
    for (auto const& hash : reported) EXPECT_FALSE(archive.read(hash).bytes.empty());

    archive.keep("one more", {});
    for (auto const& entry : std::filesystem::directory_iterator{directory.path("raw")})
        EXPECT_FALSE(io::is_temporary(entry.path().filename().string())) << entry.path();
}

} // namespace
} // namespace gateway::raw
