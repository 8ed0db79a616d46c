#include "tests/simulation/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace simulation {
namespace {

std::string folder_of(std::string const& path) {
    return path.substr(0, path.rfind('/'));
}
/// Names that hold a process number are the same in every trace.
std::string_view traced(std::string_view path) {
    auto const name = path.substr(path.rfind('/') + 1);
    return name.substr(0, 9) == ".partial-" ? std::string_view{".partial"} : name;
}

// The calls of this program are answered by this program (disk_calls.cpp): here the machine itself is meant.
long raw_unlink(std::string const& path) {
    return ::syscall(SYS_unlink, path.c_str());
}
long raw_link(std::string const& from, std::string const& to) {
    return ::syscall(SYS_link, from.c_str(), to.c_str());
}
long raw_rename(std::string const& from, std::string const& to) {
    return ::syscall(SYS_rename, from.c_str(), to.c_str());
}

struct RawFile {
    explicit RawFile(std::string const& path)
        : number(static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR | O_CLOEXEC))) {}
    ~RawFile() {
        if (number >= 0) ::syscall(SYS_close, number);
    }
    RawFile(RawFile const&) = delete;
    RawFile& operator=(RawFile const&) = delete;
    void write(off_t at, std::string_view bytes) const {
        ::syscall(SYS_pwrite64, number, bytes.data(), bytes.size(), at);
    }
    void truncate(off_t size) const { ::syscall(SYS_ftruncate, number, size); }
    int number;
};

off_t size_of(int file) {
    struct stat info {};
    return ::fstat(file, &info) == 0 ? info.st_size : 0;
}

std::string read_at(int file, off_t at, std::size_t count) {
    std::string bytes(count, '\0');
    auto const got = ::syscall(SYS_pread64, file, bytes.data(), count, at);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

} // namespace

std::string_view name_of(DiskFault fault) noexcept {
    switch (fault) {
    case DiskFault::none: return "none";
    case DiskFault::kill: return "kill";
    case DiskFault::power_cut: return "power_cut";
    case DiskFault::full: return "full";
    case DiskFault::write_error: return "write_error";
    case DiskFault::sync_error: return "sync_error";
    }
    return "";
}

Disk& Disk::the() {
    static auto& disk = *new Disk; // outlives everything that writes while the program ends
    return disk;
}

void Disk::watch(std::string root) {
    Lock const lock{*this};
    root_ = std::move(root);
    aside_ = root_ + "-aside";
    files_.clear();
    writes_.clear();
    names_.clear();
    plan_ = {};
    steps_ = 0;
    dead_ = fired_ = power_ = false;
    trace = {};
    if (!root_.empty()) ::syscall(SYS_mkdir, aside_.c_str(), 0777);
}

void Disk::begin_night(DiskPlan plan) {
    Lock const lock{*this};
    plan_ = plan;
    steps_ = 0;
    dead_ = fired_ = power_ = false;
}

void Disk::kill(bool with_power) {
    Lock const lock{*this};
    dead_ = fired_ = true;
    power_ = power_ || with_power;
}

bool Disk::watches(std::string_view path) const noexcept {
    return !root_.empty() && path.size() > root_.size() && path.substr(0, root_.size()) == root_ &&
           path[root_.size()] == '/';
}

std::string const* Disk::path_of(int file) const noexcept {
    auto const index = static_cast<std::size_t>(file);
    if (file < 0 || index >= files_.size() || files_[index].empty()) return nullptr;
    return &files_[index];
}

int Disk::step(Call call, std::string_view what, std::string const& path, std::uint64_t bytes) {
    if (dead_) return EIO;
    ++steps_;
    trace.add(what);
    trace.add(traced(path));
    trace.add(bytes);
    if (steps_ < plan_.at_step) return 0;
    switch (plan_.fault) {
    case DiskFault::none: return 0;
    case DiskFault::kill:
    case DiskFault::power_cut: kill(plan_.fault == DiskFault::power_cut); return EIO;
    case DiskFault::full:
        if (steps_ >= plan_.at_step + plan_.steps || (call != Call::write && call != Call::name)) return 0;
        fired_ = true;
        return ENOSPC;
    case DiskFault::write_error:
        if (fired_ || call != Call::write) return 0;
        fired_ = true;
        return EIO;
    case DiskFault::sync_error:
        if (fired_ || call != Call::sync) return 0;
        fired_ = true;
        return EIO;
    }
    return 0;
}

void Disk::opened(int file, std::string path) {
    auto const index = static_cast<std::size_t>(file);
    if (files_.size() <= index) files_.resize(index + 1);
    files_[index] = std::move(path);
}

void Disk::closed(int file) {
    if (path_of(file) != nullptr) files_[static_cast<std::size_t>(file)].clear();
}

void Disk::writing(int file, std::string const& path, off_t at, char const* bytes, std::size_t count) {
    Write write;
    write.at = at;
    write.before = read_at(file, at, count);
    write.after.assign(bytes, count);
    write.size_before = size_of(file);
    writes_[path].push_back(std::move(write));
}

void Disk::truncating(int file, std::string const& path, off_t size) {
    Write write;
    write.at = size;
    write.size_before = size_of(file);
    write.is_truncation = true;
    if (write.size_before > size)
        write.before = read_at(file, size, static_cast<std::size_t>(write.size_before - size));
    writes_[path].push_back(std::move(write));
}

void Disk::synced(std::string const& path) {
    writes_.erase(path);
    // A file that is synced has its name; a directory that is synced has all of its names.
    names_.erase(std::remove_if(names_.begin(), names_.end(),
                                [&path](Name const& name) {
                                    return folder_of(name.path) == path ||
                                           (name.kind == Name::Kind::made && name.path == path);
                                }),
                 names_.end());
}

std::string Disk::keep_aside(std::string const& path) {
    auto name = aside_ + "/" + std::to_string(kept_++);
    return raw_link(path, name) == 0 ? name : std::string{};
}

void Disk::made(std::string const& path) {
    names_.push_back({Name::Kind::made, path, {}, {}});
}

void Disk::moving(std::string const& from, std::string const& to) {
    names_.push_back({Name::Kind::moved, to, from, keep_aside(to)});
}

void Disk::moved(std::string const& from, std::string const& to) {
    if (auto found = writes_.extract(from); !found.empty()) {
        writes_.erase(to);
        found.key() = to;
        writes_.insert(std::move(found));
    } else {
        writes_.erase(to);
    }
    for (auto& file : files_)
        if (file == from) file = to;
}

void Disk::removing(std::string const& path) {
    names_.push_back({Name::Kind::removed, path, {}, keep_aside(path)});
}

void Disk::undo(Name const& name) {
    switch (name.kind) {
    case Name::Kind::made: raw_unlink(name.path); break;
    case Name::Kind::moved:
        raw_rename(name.path, name.from);
        if (!name.kept.empty()) raw_link(name.kept, name.path);
        break;
    case Name::Kind::removed:
        if (!name.kept.empty()) raw_link(name.kept, name.path);
        break;
    }
}

void Disk::replay(std::string const& path, std::vector<Write> const& writes, Dice& dice) {
    RawFile const file{path};
    if (file.number < 0) return;
    for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
        file.truncate(write->size_before);
        file.write(write->at, write->before);
    }
    // A cache has no order: each survives by itself. Often all of the first do, which is what most disks leave.
    auto const all_up_to = dice.below(writes.size() + 1);
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (i >= all_up_to && !dice.chance(30)) continue;
        auto const& write = writes[i];
        if (write.is_truncation)
            file.truncate(write.at);
        else
            file.write(write.at, i >= all_up_to && dice.chance(30)
                                     ? std::string_view{write.after}.substr(0, write.after.size() / 2)
                                     : std::string_view{write.after});
    }
}

void Disk::end_night(Dice& dice) {
    Lock const lock{*this};
    if (power_) {
        for (auto const& [path, writes] : writes_) replay(path, writes, dice);
        auto const from = dice.below(names_.size() + 1);
        for (auto i = names_.size(); i > from; --i) undo(names_[i - 1]);
        raw_unlink(root_ + "/store.sqlite-shm"); // lives in memory
        writes_.clear();
        names_.clear();
    }
    if (names_.empty()) {
        for (; kept_ > 0; --kept_) raw_unlink(aside_ + "/" + std::to_string(kept_ - 1));
    }
    plan_ = {};
    dead_ = power_ = false;
}

} // namespace simulation
