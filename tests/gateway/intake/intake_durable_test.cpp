// What is acknowledged is on the disk: the calls that write and sync are counted, file by file. And what happens
// where the disk has no room.
//
// The functions below take the place of those of the C library for everything in this program, SQLite included.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "tests/gateway/intake/intake_fixture.hpp"

namespace {

/// Files below a folder with bytes that no sync has followed, and folders with entries that none has.
class Trace {
  public:
    void begin(std::string const& folder) {
        std::lock_guard const guard{mutex_};
        folder_ = folder;
        unsynced_.clear();
        syncs_ = 0;
    }
    std::set<std::string> end() {
        std::lock_guard const guard{mutex_};
        folder_.clear();
        return unsynced_;
    }
    [[nodiscard]] int syncs() const { return syncs_; }

    void wrote(int file) {
        std::lock_guard const guard{mutex_};
        if (folder_.empty()) return;
        auto const path = path_of(file);
        if (is_ours(path)) unsynced_.insert(path);
    }
    void synced(int file) {
        std::lock_guard const guard{mutex_};
        if (folder_.empty()) return;
        unsynced_.erase(path_of(file));
        ++syncs_;
    }
    void renamed(std::string const& from, std::string const& to) {
        std::lock_guard const guard{mutex_};
        if (folder_.empty() || !is_ours(to)) return;
        if (unsynced_.erase(from) == 1) unsynced_.insert(to); // moved before it was synced: never allowed
        unsynced_.insert(to.substr(0, to.rfind('/')));
    }

  private:
    static std::string path_of(int file) {
        std::array<char, 4096> path{};
        auto const link = "/proc/self/fd/" + std::to_string(file);
        auto const size = readlink(link.c_str(), path.data(), path.size());
        return size <= 0 ? std::string{} : std::string{path.data(), static_cast<std::size_t>(size)};
    }
    [[nodiscard]] bool is_ours(std::string const& path) const {
        // Shared memory of SQLite is made anew after a crash; locks hold nothing; desk/ is of the moment.
        return path.compare(0, folder_.size(), folder_) == 0 && !path.ends_with("-shm") &&
               !path.ends_with("lock") && path.find("/desk/") == std::string::npos;
    }
    std::mutex mutex_;
    std::string folder_;
    std::set<std::string> unsynced_;
    int syncs_ = 0;
};

Trace& trace() {
    static Trace the_trace;
    return the_trace;
}

template <typename Function>
Function real(char const* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" {

ssize_t write(int file, void const* bytes, size_t size) {
    static auto* const next = real<ssize_t (*)(int, void const*, size_t)>("write");
    trace().wrote(file);
    return next(file, bytes, size);
}
ssize_t writev(int file, iovec const* parts, int count) {
    static auto* const next = real<ssize_t (*)(int, iovec const*, int)>("writev");
    trace().wrote(file);
    return next(file, parts, count);
}
ssize_t pwrite(int file, void const* bytes, size_t size, off_t at) {
    static auto* const next = real<ssize_t (*)(int, void const*, size_t, off_t)>("pwrite");
    trace().wrote(file);
    return next(file, bytes, size, at);
}
ssize_t pwrite64(int file, void const* bytes, size_t size, off64_t at) {
    static auto* const next = real<ssize_t (*)(int, void const*, size_t, off64_t)>("pwrite64");
    trace().wrote(file);
    return next(file, bytes, size, at);
}
int fsync(int file) {
    static auto* const next = real<int (*)(int)>("fsync");
    int const result = next(file);
    if (result == 0) trace().synced(file);
    return result;
}
int fdatasync(int file) {
    static auto* const next = real<int (*)(int)>("fdatasync");
    int const result = next(file);
    if (result == 0) trace().synced(file);
    return result;
}
int rename(char const* from, char const* to) noexcept {
    static auto* const next = real<int (*)(char const*, char const*)>("rename");
    int const result = next(from, to);
    if (result == 0) trace().renamed(from, to);
    return result;
}

} // extern "C"

namespace gateway::intake::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Submission submission(TestStore const& place, std::string const& text, std::string const& name = "a.csv") {
    Submission wanted;
    wanted.agreement = "test";
    wanted.file = name;
    wanted.path = place.write(name, text);
    wanted.sender = "key anna";
    return wanted;
}

std::string noise(std::size_t bytes) {
    std::mt19937 random{static_cast<unsigned>(bytes)};
    std::string text(bytes, '\0');
    for (auto& c : text) c = static_cast<char>(random());
    return text;
}

TEST(IntakeDurability, SeesAWriteThatNobodySynced) {
    TestStore const place;
    trace().begin(place.folder());
    auto const path = place.folder() + "/careless";
    int const file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_EQ(write(file, "x", 1), 1);
    EXPECT_THAT(trace().end(), ::testing::ElementsAre(path));
    close(file);
}

TEST(IntakeDurability, SyncsEverythingBeforeASubmissionIsAcknowledged) {
    TestStore const place;
    trace().begin(place.store());
    Intake intake{place.settings(Clock::system())};
    auto const id = intake.submit(submission(place, csv(100))).delivery.id;
    EXPECT_THAT(trace().end(), IsEmpty());
    EXPECT_GE(trace().syncs(), 4) << "object, its folder, ledger, receipt";

    trace().begin(place.store());
    intake.submit(submission(place, noise(9'000'000), "large.csv"));
    EXPECT_THAT(trace().end(), IsEmpty());

    trace().begin(place.store());
    EXPECT_TRUE(intake.submit(submission(place, csv(100))).is_repeat);
    EXPECT_THAT(trace().end(), IsEmpty()) << "whoever was first may have been killed before it synced";
}

TEST(IntakeDurability, SyncsEveryStepBeforeItIsAcknowledged) {
    TestStore const place;
    Intake intake{place.settings(Clock::system())};
    auto const id = intake.submit(submission(place, csv(100))).delivery.id;
    ASSERT_TRUE(intake.work());
    trace().begin(place.store() + "/intake");
    intake.release(id, "key bert", "");
    EXPECT_THAT(trace().end(), IsEmpty());
    EXPECT_GE(trace().syncs(), 1);
    trace().begin(place.store());
    ASSERT_TRUE(intake.work());
    EXPECT_THAT(trace().end(), IsEmpty());
    EXPECT_EQ(stage_of(intake, id), "released");
    trace().begin(place.store());
    intake.withdraw(id, "key bert", "Probe");
    EXPECT_THAT(trace().end(), IsEmpty());
}

TEST(IntakeDisk, SaysHowMuchIsNeededWhereAFileMayNotGrowAndGoesOnByItself) {
    TestStore const place;
    Intake intake{place.settings(Clock::system())};
    auto const first = intake.submit(submission(place, csv(100))).delivery.id;
    ASSERT_TRUE(intake.work());
    intake.release(first, "key bert", "");
    ASSERT_TRUE(intake.work());
    auto const large = submission(place, noise(3'000'000), "large.csv");

    // The limit holds for the whole process: a child has it.
    auto const child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit const limit{1'000'000, RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &limit);
        int result = 1;
        try {
            intake.submit(large);
        } catch (Error const& error) {
            std::string const text = error.what();
            result = error.code() == Errc::io && text.find("3000") != std::string::npos ? 0 : 2;
            if (result != 0) std::fprintf(stderr, "said: %s\n", error.what());
        }
        if (result == 0 && store::open_sqlite(place.store(), true)->datasets().size() != 1) result = 3;
        rlimit const none{RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &none);
        if (result == 0 && !intake.list({}).empty() && intake.submit(large).is_repeat) result = 4;
        _exit(result);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(intake.list({}).size(), 2U);
    EXPECT_THAT(std::filesystem::directory_iterator(place.store() + "/intake/raw"),
                ::testing::Not(::testing::Eq(std::filesystem::directory_iterator{})));
}

TEST(IntakeDisk, ThatIsFullStopsTheIntakeAndNothingElse) {
    TestStore const place;
    std::filesystem::create_directories(place.store());
    if (mount("tmpfs", place.store().c_str(), "tmpfs", 0, "size=6m") != 0)
        GTEST_SKIP() << "no right to mount a small disk: " << std::strerror(errno);
    struct Unmount {
        std::string folder;
        ~Unmount() { umount(folder.c_str()); }
    } const unmount{place.store()};
    place.agreement("test", "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
    Intake intake{place.settings(Clock::system())};
    auto const first = intake.submit(submission(place, csv(100))).delivery.id;
    ASSERT_TRUE(intake.work());
    intake.release(first, "key bert", "");
    ASSERT_TRUE(intake.work());
    auto const large = submission(place, noise(8'000'000), "large.csv");
    try {
        intake.submit(large);
        FAIL() << "8 MB went onto a disk of 6 MB";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::io);
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("no room"), HasSubstr("9048576"), HasSubstr("send it again")));
    }
    EXPECT_EQ(intake.list({}).size(), 1U);
    EXPECT_EQ(store::open_sqlite(place.store(), true)->datasets().size(), 1U) << "reading goes on";
    // Room again: nobody has to start anything.
    ASSERT_EQ(mount("tmpfs", place.store().c_str(), "tmpfs", MS_REMOUNT, "size=40m"), 0);
    EXPECT_FALSE(intake.submit(large).is_repeat);
    EXPECT_EQ(intake.list({}).size(), 2U);
}

} // namespace
} // namespace gateway::intake::testing
