// Disk: the file system of a simulated machine, scripted.
//
// The product does its own real system calls on a real directory; this program answers them first (disk_calls.cpp defines
// write, pwrite, fsync, rename, unlink and their like, for the product and for SQLite alike). So every single step on the
// disk can fail, or be the last one before the machine stops, and what was not synced can be lost.
//
// What a power cut leaves: of each file the writes that were not followed by a sync survive one by one, by chance, the
// last perhaps by half; of names (made, moved, removed) those that were not followed by a sync of their directory are
// undone from some point on. A kill alone loses nothing that was written. A sync that fails syncs nothing, and what was
// written stays unsynced until one succeeds.
//
// Threads  one mutex; the simulated product works on one thread
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/dice.hpp"

namespace simulation {

enum class DiskFault : std::uint8_t {
    none,
    kill,        ///< the process ends at a step
    power_cut,   ///< and the machine with it
    full,        ///< no room for some steps
    write_error, ///< one write is refused
    sync_error,  ///< one sync fails
};
std::string_view name_of(DiskFault fault) noexcept;

struct DiskPlan {
    DiskFault fault = DiskFault::none;
    std::uint64_t at_step = 0; ///< counted from 1, from begin_night()
    std::uint64_t steps = 1;   ///< how many fail; of `full`
};

enum class Call : std::uint8_t { write, sync, truncate, name };

class Disk {
  public:
    static Disk& the();

    /// Everything below `root` is looked at from now on; empty = nothing is.
    void watch(std::string root);
    void begin_night(DiskPlan plan);
    /// The process ends here: no further step has any effect. The planned fault of a kill does the same.
    void kill(bool with_power);
    /// What a power cut leaves, where there was one. Everything must be closed. Faults are over.
    void end_night(Dice& dice);
    [[nodiscard]] bool is_dead() const noexcept { return dead_; }
    [[nodiscard]] bool has_fired() const noexcept { return fired_; }
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    Trace trace;

    /// A planted defect: a sync that fails is reported as done, as if the product did not look at its result.
    bool ignores_failing_sync = false;
    /// Another: syncs of the file of this name do nothing, and say that they did.
    std::string lies_about;

    // For disk_calls.cpp. `place` is 0 where the step may be done, else the errno.
    struct Lock {
        explicit Lock(Disk& disk) : guard(disk.mutex_) {}
        std::scoped_lock<std::recursive_mutex> guard;
    };
    [[nodiscard]] bool watches(std::string_view path) const noexcept;
    [[nodiscard]] std::string const* path_of(int file) const noexcept;
    int step(Call call, std::string_view what, std::string const& path, std::uint64_t bytes);
    void opened(int file, std::string path);
    void closed(int file);
    void writing(int file, std::string const& path, off_t at, char const* bytes, std::size_t count);
    void truncating(int file, std::string const& path, off_t size);
    void synced(std::string const& path);
    void made(std::string const& path);
    void moving(std::string const& from, std::string const& to);
    void moved(std::string const& from, std::string const& to);
    void removing(std::string const& path);

  private:
    struct Write {
        off_t at = 0;
        std::string before, after; ///< of a truncation `after` is empty
        off_t size_before = 0;
        bool is_truncation = false;
    };
    struct Name {
        enum class Kind : std::uint8_t { made, moved, removed } kind = Kind::made;
        std::string path, from;
        std::string kept; ///< what was there before, under another name; empty = nothing
    };
    std::string keep_aside(std::string const& path);
    void undo(Name const& name);
    void replay(std::string const& path, std::vector<Write> const& writes, Dice& dice);

    mutable std::recursive_mutex mutex_;
    std::string root_, aside_;
    std::vector<std::string> files_; ///< by descriptor; empty = not watched
    std::map<std::string, std::vector<Write>> writes_;
    std::vector<Name> names_;
    DiskPlan plan_;
    std::uint64_t steps_ = 0, kept_ = 0;
    bool dead_ = false, fired_ = false, power_ = false;
};

} // namespace simulation
