#include "gateway/subscribe/dispatch_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::subscribe {

DispatchLock::DispatchLock(std::string const& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
    if (file_ < 0) throw Error{Errc::io, io::reason_text("cannot open", path, errno)};
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    auto const reason = errno;
    ::close(file_);
    if (reason == EWOULDBLOCK)
        throw Error{Errc::conflict, "another program dispatches the subscriptions of this store (" + path +
                                        "); a running kreislauf serve does it by itself"};
    throw Error{Errc::io, io::reason_text("cannot lock", path, reason)};
}

DispatchLock::~DispatchLock() {
    ::close(file_);
}

} // namespace gateway::subscribe
