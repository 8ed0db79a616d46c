#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::io {
namespace {

constexpr std::string_view prefix = ".partial-";
constexpr std::size_t buffer_bytes = std::size_t{256} << 10U;

std::string parent_of(std::string const& path) {
    auto const slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string new_name() {
    static std::atomic<unsigned> counter{0};
    return std::string{prefix} + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

/// Whether the name still leads to the file: a cleaner may have been faster than our lock.
bool still_linked(int file) noexcept {
    struct stat info {};
    return ::fstat(file, &info) == 0 && info.st_nlink > 0;
}

} // namespace

DurableFile::DurableFile(std::string directory, std::uint64_t expected_bytes)
    : directory_{std::move(directory)}, expected_{expected_bytes} {
    for (;;) {
        name_ = directory_ + "/" + new_name();
        file_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file_ < 0 && errno == EEXIST) continue;
        if (file_ < 0) fail("cannot create a file in", errno);
        if (::flock(file_, LOCK_EX | LOCK_NB) == 0 && still_linked(file_)) return;
        ::close(std::exchange(file_, -1));
    }
}

DurableFile::~DurableFile() {
    if (file_ < 0) return;
    ::unlink(name_.c_str());
    ::close(file_);
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : directory_{std::move(other.directory_)}, name_{std::move(other.name_)}, buffer_{std::move(
                                                                                  other.buffer_)},
      expected_{other.expected_}, size_{other.size_}, file_{std::exchange(other.file_, -1)} {}

void DurableFile::fail(std::string const& what, int reason) const {
    auto text = reason_text(what, directory_, reason);
    if (auto const bytes = std::max(expected_, size_); bytes != 0)
        text += " (" + std::to_string(bytes) + " bytes were to be written)";
    throw Error{Errc::io, text};
}

void DurableFile::append(std::string_view bytes) {
    size_ += bytes.size();
    if (buffer_.size() + bytes.size() < buffer_bytes) {
        buffer_ += bytes;
        return;
    }
    flush(buffer_);
    buffer_.clear();
    if (bytes.size() >= buffer_bytes)
        flush(bytes);
    else
        buffer_ += bytes;
}

void DurableFile::flush(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const done = ::write(file_, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail("cannot write to", errno);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

void DurableFile::commit(std::string const& path, std::span<std::string const> new_directories) {
    flush(buffer_);
    buffer_.clear();
    if (::fsync(file_) != 0) fail("cannot sync a file in", errno);
    for (auto const& directory : new_directories) sync_directory(directory);
    if (::rename(name_.c_str(), path.c_str()) != 0) fail("cannot move a file to " + path + " from", errno);
    ::close(std::exchange(file_, -1));
    sync_directory(parent_of(path));
}

void write_durable(std::string const& path, std::string_view bytes) {
    DurableFile file{parent_of(path), bytes.size()};
    file.append(bytes);
    file.commit(path);
}

std::size_t remove_leftovers(std::string const& directory) {
    std::unique_ptr<DIR, int (*)(DIR*)> const handle{::opendir(directory.c_str()), ::closedir};
    if (!handle) throw Error{Errc::io, reason_text("cannot read directory", directory, errno)};
    std::size_t removed = 0;
    while (auto const* const entry = ::readdir(handle.get())) {
        std::string_view const name{static_cast<char const*>(entry->d_name)};
        if (!is_temporary(name)) continue;
        auto const path = directory + "/" + std::string{name};
        auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        // The lock is free only where the writer has ended.
        if (::flock(file, LOCK_EX | LOCK_NB) == 0 && ::unlink(path.c_str()) == 0) ++removed;
        ::close(file);
    }
    return removed;
}

bool is_temporary(std::string_view file_name) noexcept {
    return file_name.substr(0, prefix.size()) == prefix;
}

} // namespace gateway::io
