#include "gateway/intake/intake_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr mode_t owner_only = 0600;

} // namespace

std::optional<FileLock> FileLock::try_take(std::string const& path) {
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
    if (file < 0) throw Error{Errc::io, io::reason_text("cannot open", path, errno)};
    for (;;) {
        if (::flock(file, LOCK_EX | LOCK_NB) == 0) return FileLock{file};
        if (errno == EINTR) continue;
        int const reason = errno;
        ::close(file);
        if (reason == EWOULDBLOCK) return std::nullopt;
        throw Error{Errc::io, io::reason_text("cannot lock", path, reason)};
    }
}

std::optional<FileLock> FileLock::take(std::string const& path, std::chrono::milliseconds patience) {
    constexpr std::chrono::milliseconds nap{20};
    auto left = patience;
    for (;;) {
        if (auto lock = try_take(path)) return lock;
        if (left.count() <= 0) return std::nullopt;
        auto const now = std::min(nap, left);
        std::this_thread::sleep_for(now);
        left -= now;
    }
}

FileLock::~FileLock() {
    if (file_ >= 0) ::close(file_);
}

FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

} // namespace gateway::intake
