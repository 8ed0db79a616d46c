#include "gateway/store/new_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/store/empty_store.hpp"

namespace gateway::store {
namespace {

/// As long as SQLite waits for another writer, see sql.cpp.
constexpr std::chrono::milliseconds longest_wait{1000};
/// Bytes 18 and 19 of a database file say how it is written and read: 1 with a rollback journal, 2 with a log.
/// https://www.sqlite.org/fileformat2.html#file_format_version_numbers
constexpr off_t journal_mode_at = 18;
constexpr std::array<unsigned char, 2> with_journal{1, 1};
constexpr std::array<unsigned char, 2> with_log{2, 2};

std::string store_in(std::string const& directory) {
    return directory + "/store.sqlite";
}

std::string new_in(std::string const& directory) {
    return store_in(directory) + "-new";
}

std::string parent_of(std::string directory) {
    while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
    auto const slash = directory.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : directory.substr(0, slash);
}

class File {
  public:
    explicit File(int number) noexcept : number_(number) {}
    ~File() {
        if (number_ >= 0) ::close(number_);
    }
    File(File const&) = delete;
    File& operator=(File const&) = delete;
    [[nodiscard]] int get() const noexcept { return number_; }

  private:
    int number_;
};

/// Moves without ever replacing what has the name.
int move_new(std::string const& from, std::string const& to) noexcept {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system without it: a second name is given only where it is free.
    if (::link(from.c_str(), to.c_str()) != 0) return errno;
    ::unlink(from.c_str());
    return 0;
}

} // namespace

MakingLock::MakingLock(std::string const& directory)
    : directory_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (directory_ < 0) return;
    auto const give_up = std::chrono::steady_clock::now() + longest_wait;
    for (;;) {
        held_ = ::flock(directory_, LOCK_EX | LOCK_NB) == 0;
        bool const busy = !held_ && errno == EWOULDBLOCK;
        if (io::file_exists(store_in(directory))) {
            if (held_) ::flock(directory_, LOCK_UN);
            held_ = false;
            return;
        }
        if (!busy) {
            // What is there was left by a kill: its writer would hold the lock.
            if (held_) ::unlink(new_in(directory).c_str());
            return;
        }
        if (std::chrono::steady_clock::now() >= give_up)
            throw Error{Errc::conflict,
                        directory + ": another process is making this store; wait until it has finished "
                                    "its first load and run the command again"};
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

MakingLock::~MakingLock() {
    if (directory_ >= 0) ::close(directory_);
}

NewStore::NewStore(std::string directory, std::unique_ptr<MakingLock> lock)
    : directory_(std::move(directory)), path_(new_in(directory_)), lock_(std::move(lock)) {}

std::unique_ptr<NewStore> NewStore::make(std::string const& directory) {
    auto lock = std::make_unique<MakingLock>(directory);
    auto const parent = parent_of(directory);
    if (lock->held()) {
        std::unique_ptr<NewStore> made{new NewStore{directory, std::move(lock)}};
        if (made->write_empty()) {
            // The directory may be as new as the store, made by whomever. While its entry is on its way to the disk, the
            // store can be opened and filled.
            made->entry_durable_ = io::aside([parent] { io::sync_directory(parent); });
            return made;
        }
    }
    io::sync_directory(parent);
    return nullptr;
}

bool NewStore::write_empty() const noexcept {
    File const file{::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    if (file.get() < 0 || ::ftruncate(file.get(), static_cast<off_t>(empty_store_bytes)) != 0) return false;
    for (auto const& run : empty_store_runs)
        if (::pwrite(file.get(), run.bytes.data(), run.bytes.size(), static_cast<off_t>(run.at)) !=
            static_cast<ssize_t>(run.bytes.size()))
            return false;
    return ::pwrite(file.get(), with_journal.data(), with_journal.size(), journal_mode_at) ==
           static_cast<ssize_t>(with_journal.size());
}

NewStore::~NewStore() {
    if (state_ != State::published) ::unlink(path_.c_str());
}

void NewStore::publish() {
    state_ = State::failed;
    try {
        entry_durable_.get();
    } catch (Error const&) {
        ::unlink(path_.c_str());
        throw;
    }
    auto const refuse = [this](char const* what, int reason) {
        ::unlink(path_.c_str());
        throw Error{Errc::io,
                    io::reason_text(what, store(), reason) +
                        "; nothing of this was kept: check disk, permissions and free space, then run "
                        "the command again"};
    };
    {
        File const file{::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
        if (file.get() < 0) refuse("cannot open the new store", errno);
        if (::pwrite(file.get(), with_log.data(), with_log.size(), journal_mode_at) !=
            static_cast<ssize_t>(with_log.size()))
            refuse("cannot write the new store", errno);
        if (::fdatasync(file.get()) != 0) refuse("cannot sync the new store", errno);
    }
    if (auto const reason = move_new(path_, store()); reason == EEXIST) {
        ::unlink(path_.c_str());
        throw Error{Errc::conflict,
                    store() + ": another program has made this file meanwhile, and it is left as it "
                              "is; run the command again"};
    } else if (reason != 0) {
        refuse("cannot put the new store into its place,", reason);
    }
    // From here on it is the store, whatever the disk says.
    state_ = State::published;
    if (::fsync(lock_->directory()) != 0)
        throw Error{Errc::io, io::reason_text("cannot sync directory", directory_, errno)};
    lock_.reset();
}

} // namespace gateway::store
