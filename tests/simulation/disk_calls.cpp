// The system calls of this program, as the simulated disk answers them. The product and SQLite find these definitions in
// place of those of the C library; what is outside the watched directory goes straight through.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <string>

#include "tests/simulation/disk.hpp"

namespace {

using simulation::Call;
using simulation::Disk;

int refuse(int reason) {
    errno = reason;
    return -1;
}

int open_at(char const* path, int flags, mode_t mode) {
    auto& disk = Disk::the();
    if (path == nullptr || !disk.watches(path))
        return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
    Disk::Lock const lock{disk};
    bool const is_nameless = (flags & O_TMPFILE) == O_TMPFILE;
    bool const makes = (flags & O_CREAT) != 0 && !is_nameless && ::syscall(SYS_access, path, F_OK) != 0;
    if (makes)
        if (int const reason = disk.step(Call::name, "make", path, 0); reason != 0) return refuse(reason);
    auto const file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
    if (file < 0) return file;
    if (makes) disk.made(path);
    if (!is_nameless) disk.opened(file, path);
    return file;
}

ssize_t write_at(int file, void const* bytes, std::size_t count, off_t at, bool at_position) {
    auto& disk = Disk::the();
    auto const plainly = [&](std::size_t amount) -> ssize_t {
        return at_position ? ::syscall(SYS_write, file, bytes, amount)
                           : ::syscall(SYS_pwrite64, file, bytes, amount, at);
    };
    if (disk.path_of(file) == nullptr) return plainly(count);
    Disk::Lock const lock{disk};
    auto const path = *disk.path_of(file);
    if (at_position) at = ::lseek(file, 0, SEEK_CUR);
    bool const was_dead = disk.is_dead();
    if (int const reason = disk.step(Call::write, "write", path, count); reason != 0) {
        // The last write of a machine may be there by half.
        if (!was_dead && disk.is_dead() && count > 1) {
            disk.writing(file, path, at, static_cast<char const*>(bytes), count / 2);
            static_cast<void>(plainly(count / 2));
        }
        return refuse(reason);
    }
    disk.writing(file, path, at, static_cast<char const*>(bytes), count);
    return plainly(count);
}

int sync_file(int file, long call) {
    auto& disk = Disk::the();
    if (disk.path_of(file) == nullptr) return static_cast<int>(::syscall(call, file));
    Disk::Lock const lock{disk};
    auto const path = *disk.path_of(file);
    // What the machine really does about it makes no difference here, and costs time.
    if (int const reason = disk.step(Call::sync, "sync", path, 0); reason != 0)
        return disk.ignores_failing_sync && !disk.is_dead() ? 0 : refuse(reason);
    if (disk.lies_about.empty() || !path.ends_with(disk.lies_about)) disk.synced(path);
    return 0;
}

int cut_file(int file, off_t size) {
    auto& disk = Disk::the();
    if (disk.path_of(file) == nullptr) return static_cast<int>(::syscall(SYS_ftruncate, file, size));
    Disk::Lock const lock{disk};
    auto const path = *disk.path_of(file);
    if (int const reason = disk.step(Call::truncate, "truncate", path, static_cast<std::uint64_t>(size));
        reason != 0)
        return refuse(reason);
    disk.truncating(file, path, size);
    return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

} // namespace

extern "C" {

int open(char const* path, int flags, ...) {
    std::va_list arguments;
    va_start(arguments, flags);
    auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
    va_end(arguments);
    return open_at(path, flags, mode);
}
int open64(char const* path, int flags, ...) {
    std::va_list arguments;
    va_start(arguments, flags);
    auto const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
    va_end(arguments);
    return open_at(path, flags, mode);
}
int close(int file) {
    auto& disk = Disk::the();
    if (disk.path_of(file) != nullptr) {
        Disk::Lock const lock{disk};
        disk.closed(file);
    }
    return static_cast<int>(::syscall(SYS_close, file));
}
ssize_t write(int file, void const* bytes, std::size_t count) {
    return write_at(file, bytes, count, 0, true);
}
ssize_t pwrite(int file, void const* bytes, std::size_t count, off_t at) {
    return write_at(file, bytes, count, at, false);
}
ssize_t pwrite64(int file, void const* bytes, std::size_t count, off64_t at) {
    return write_at(file, bytes, count, at, false);
}
int fsync(int file) {
    return sync_file(file, SYS_fsync);
}
int fdatasync(int file) {
    return sync_file(file, SYS_fdatasync);
}
int ftruncate(int file, off_t size) noexcept {
    return cut_file(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
    return cut_file(file, size);
}
int rename(char const* from, char const* to) noexcept {
    auto& disk = Disk::the();
    if (!disk.watches(to)) return static_cast<int>(::syscall(SYS_rename, from, to));
    Disk::Lock const lock{disk};
    if (int const reason = disk.step(Call::name, "move", to, 0); reason != 0) return refuse(reason);
    disk.moving(from, to);
    auto const result = static_cast<int>(::syscall(SYS_rename, from, to));
    if (result == 0) disk.moved(from, to);
    return result;
}
int linkat(int from_folder, char const* from, int to_folder, char const* to, int flags) noexcept {
    auto& disk = Disk::the();
    if (!disk.watches(to))
        return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
    Disk::Lock const lock{disk};
    if (int const reason = disk.step(Call::name, "link", to, 0); reason != 0) return refuse(reason);
    auto const result = static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
    if (result == 0) disk.made(to);
    return result;
}
int unlink(char const* path) noexcept {
    auto& disk = Disk::the();
    if (!disk.watches(path)) return static_cast<int>(::syscall(SYS_unlink, path));
    Disk::Lock const lock{disk};
    if (int const reason = disk.step(Call::name, "remove", path, 0); reason != 0) return refuse(reason);
    disk.removing(path);
    return static_cast<int>(::syscall(SYS_unlink, path));
}
int mkdir(char const* path, mode_t mode) noexcept {
    auto& disk = Disk::the();
    if (!disk.watches(path)) return static_cast<int>(::syscall(SYS_mkdir, path, mode));
    Disk::Lock const lock{disk};
    if (int const reason = disk.step(Call::name, "make_folder", path, 0); reason != 0) return refuse(reason);
    return static_cast<int>(::syscall(SYS_mkdir, path, mode));
}

} // extern "C"
