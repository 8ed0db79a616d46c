#include "gateway/io/file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

#include "gateway/io/input_file.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::io {
namespace {

using testing::error_of;
using testing::TemporaryDirectory;

std::size_t files_in(std::string const& directory) {
    auto const each = std::filesystem::directory_iterator{directory};
    return static_cast<std::size_t>(std::distance(begin(each), end(each)));
}

TEST(File, WritesReadsAndMapsTheSameBytes) {
    TemporaryDirectory const directory;
    auto const bytes = testing::noise(700'000);
    write_durable(directory.path("a"), bytes);
    EXPECT_EQ(read_file(directory.path("a")), bytes);
    EXPECT_EQ(MappedFile{directory.path("a")}.view(), bytes);
    EXPECT_EQ(files_in(directory.path()), 1U);
}

TEST(File, ReadsPiecesAtAnyOffset) {
    TemporaryDirectory const directory;
    auto const bytes = testing::noise(300'000);
    write_durable(directory.path("a"), bytes);
    InputFile const file{directory.path("a")};
    EXPECT_EQ(file.size(), bytes.size());
    std::string piece(4096, '\0');
    EXPECT_EQ(file.read(123'456, piece), piece.size());
    EXPECT_EQ(piece, bytes.substr(123'456, piece.size()));
    EXPECT_EQ(file.read(bytes.size() - 10, piece), 10U);
    EXPECT_EQ(piece.substr(0, 10), bytes.substr(bytes.size() - 10));
    EXPECT_EQ(file.read(bytes.size() + 10, piece), 0U);
    auto const error = error_of([&] { InputFile{directory.path()}; });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::io);
}

TEST(File, NamesTheDirectoriesWhoseNewEntriesAreNotYetDurable) {
    TemporaryDirectory const directory;
    auto const made = make_directories_unsynced(directory.path("a/b/c"));
    EXPECT_TRUE(made.made);
    EXPECT_EQ(made.to_sync,
              (std::vector<std::string>{directory.path(), directory.path("a"), directory.path("a/b")}));
    auto const again = make_directories_unsynced(directory.path("a/b/c"));
    EXPECT_FALSE(again.made);
    EXPECT_TRUE(again.to_sync.empty());
    DurableFile file{directory.path("a")};
    file.append("x");
    file.commit(directory.path("a/b/c/file"), made.to_sync);
    EXPECT_EQ(read_file(directory.path("a/b/c/file")), "x");
}

TEST(File, MapsAnEmptyFile) {
    TemporaryDirectory const directory;
    write_durable(directory.path("empty"), "");
    MappedFile const file{directory.path("empty")};
    EXPECT_TRUE(file.view().empty());
    EXPECT_EQ(read_file(directory.path("empty")), "");
}

TEST(File, KeepsAMappingAlivePastItsMove) {
    TemporaryDirectory const directory;
    write_durable(directory.path("a"), "first");
    write_durable(directory.path("b"), "second");
    MappedFile file{directory.path("a")};
    MappedFile moved{std::move(file)};
    EXPECT_EQ(moved.view(), "first");
    moved = MappedFile{directory.path("b")};
    EXPECT_EQ(moved.view(), "second");
}

TEST(File, NamesPathAndReasonWhereThereIsNoFile) {
    for (auto const& action : {std::function<void()>{[] { MappedFile{"/nowhere/x"}; }},
                               std::function<void()>{[] { read_file("/nowhere/x"); }},
                               std::function<void()>{[] { InputFile{"/nowhere/x"}; }}}) {
        auto const error = error_of(action);
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), Errc::not_found);
        EXPECT_STREQ(error->what(), "cannot open /nowhere/x: No such file or directory");
    }
}

TEST(File, RefusesToReadADirectory) {
    TemporaryDirectory const directory;
    auto const error = error_of([&] { MappedFile{directory.path()}; });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::io);
}

TEST(DurableFile, LeavesNothingBehindWithoutCommit) {
    TemporaryDirectory const directory;
    {
        DurableFile file{directory.path()};
        file.append(testing::noise(1'000'000));
        EXPECT_EQ(files_in(directory.path()), 1U);
    }
    EXPECT_EQ(files_in(directory.path()), 0U);
}

TEST(DurableFile, JoinsPiecesOfAnySize) {
    TemporaryDirectory const directory;
    auto const bytes = testing::noise(1'500'000);
    DurableFile file{directory.path()};
    for (std::size_t at = 0, step = 1; at < bytes.size(); at += step, step = step * 3 + 1)
        file.append(std::string_view{bytes}.substr(at, step));
    EXPECT_EQ(file.size(), bytes.size());
    file.commit(directory.path("whole"));
    EXPECT_EQ(read_file(directory.path("whole")), bytes);
}

TEST(DurableFile, ReplacesTheOldContentAsAWhole) {
    TemporaryDirectory const directory;
    write_durable(directory.path("a"), "old and longer");
    write_durable(directory.path("a"), "new");
    EXPECT_EQ(read_file(directory.path("a")), "new");
}

TEST(DurableFile, SaysHowMuchWasToBeWrittenWhereTheDiskRefuses) {
    TemporaryDirectory const directory;
    // A file size limit stands in for a full disk: both fail in write().
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit{100'000, 100'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto const error = error_of([&] { write_durable(directory.path("a"), std::string(3'000'000, 'x')); });
        auto const good =
            error && error->code() == Errc::io &&
            std::string{error->what()}.find("3000000 bytes were to be written") != std::string::npos &&
            files_in(directory.path()) == 0;
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(DurableFile, RemovesWhatAKilledWriterLeftButNotWhatALivingOneWrites) {
    TemporaryDirectory const directory;
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        DurableFile file{directory.path()};
        file.append("half");
        ::raise(SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    DurableFile living{directory.path()};
    EXPECT_EQ(files_in(directory.path()), 2U);
    EXPECT_EQ(remove_leftovers(directory.path()), 1U);
    EXPECT_EQ(files_in(directory.path()), 1U);
    living.append("whole");
    living.commit(directory.path("done"));
    EXPECT_EQ(remove_leftovers(directory.path()), 0U);
    EXPECT_EQ(read_file(directory.path("done")), "whole");
}

TEST(File, MakesDirectoriesWithTheirParentsOnceOrTwice) {
    TemporaryDirectory const directory;
    EXPECT_TRUE(make_directories(directory.path("a/b/c/")));
    EXPECT_FALSE(make_directories(directory.path("a/b/c")));
    EXPECT_TRUE(std::filesystem::is_directory(directory.path("a/b/c")));
    write_durable(directory.path("file"), "x");
    auto const error = error_of([&] { make_directories(directory.path("file/sub")); });
    ASSERT_TRUE(error);
    EXPECT_NE(std::string{error->what()}.find("Not a directory"), std::string::npos) << error->what();
}

} // namespace
} // namespace gateway::io
