#include "gateway/io/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::io {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string const& path, int reason) {
    throw Error{reason == ENOENT ? Errc::not_found : Errc::io, reason_text(what, path, reason)};
}

} // namespace

InputFile::InputFile(std::string path) : path_(std::move(path)) {
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) refuse("cannot open", path_, errno);
    struct stat info {};
    auto const reason = ::fstat(file_, &info) != 0 ? errno : S_ISDIR(info.st_mode) ? EISDIR : 0;
    if (reason != 0) {
        ::close(file_);
        refuse("cannot read", path_, reason);
    }
    size_ = static_cast<std::uint64_t>(info.st_size);
    // Parts are each read forwards; the advice is worth nothing more than that.
    ::posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

InputFile::~InputFile() {
    ::close(file_);
}

std::size_t InputFile::read(std::uint64_t offset, std::span<char> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        auto const got =
            ::pread(file_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse("cannot read", path_, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace gateway::io
