#include "gateway/io/spilled_bytes.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::io {
namespace {

std::string usual_folder() {
    auto const* const wanted = std::getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return wanted == nullptr || *wanted == '\0' ? "/tmp" : wanted;
}

[[noreturn]] void refuse(std::string const& named, int reason) {
    throw Error{Errc::io, reason_text("cannot keep a temporary file in",
                                      named.empty() ? usual_folder() : named, reason) +
                              (named.empty() ? "; set TMPDIR to a folder with room" : "; free space there")};
}

/// A file that has no name, or loses it at once where the file system cannot do without.
int open_nameless(std::string const& named) {
    auto const where = named.empty() ? usual_folder() : named;
    auto file = ::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    auto name = where + "/kreislauf-XXXXXX";
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) refuse(named, errno);
    ::unlink(name.c_str());
    return file;
}

} // namespace

SpilledBytes::~SpilledBytes() {
    if (mapped_ != nullptr) ::munmap(const_cast<char*>(mapped_), spilled_);
    if (file_ >= 0) ::close(file_);
}

void SpilledBytes::swap(SpilledBytes& other) noexcept {
    std::swap(in_memory_, other.in_memory_);
    folder_.swap(other.folder_);
    std::swap(held_, other.held_);
    std::swap(spilled_, other.spilled_);
    std::swap(mapped_, other.mapped_);
    std::swap(file_, other.file_);
}

SpilledBytes::SpilledBytes(SpilledBytes&& other) noexcept : in_memory_(other.in_memory_) {
    swap(other);
}

SpilledBytes& SpilledBytes::operator=(SpilledBytes&& other) noexcept {
    swap(other);
    return *this;
}

/// A text doubles when it grows, even where less is asked for: a half, a quarter of what may stay here end with just that.
void SpilledBytes::make_room(std::size_t bytes) {
    if (held_.size() + bytes > in_memory_ && !held_.empty()) spill();
    auto const needed = held_.size() + bytes;
    auto room = std::max(in_memory_, needed);
    while (room / 2 >= needed) room /= 2;
    held_.reserve(room);
}

void SpilledBytes::spill() {
    if (file_ < 0) file_ = open_nameless(folder_);
    for (std::size_t done = 0; done < held_.size();) {
        auto const wrote = ::write(file_, held_.data() + done, held_.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) refuse(folder_, errno);
        done += static_cast<std::size_t>(wrote);
    }
    spilled_ += held_.size();
    held_.clear();
}

void SpilledBytes::finish() {
    // Moving a small text costs more than the room that it leaves unused.
    constexpr std::size_t tolerated = std::size_t{64} << 10U;
    if (file_ < 0 && held_.capacity() - held_.size() <= tolerated) return;
    if (file_ < 0) return held_.shrink_to_fit();
    spill();
    std::string{}.swap(held_);
    auto* const memory = ::mmap(nullptr, spilled_, PROT_READ, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) refuse(folder_, errno);
    mapped_ = static_cast<char const*>(memory);
    ::close(std::exchange(file_, -1));
}

} // namespace gateway::io
