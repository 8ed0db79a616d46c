// Daemon: nights one after the other, for years.
//
// Sleeps until the plan has something to do and the window of the night is open, does it, and sleeps again. A night that
// was missed is made up for outside of the window. The clock may jump: what counts is what it shows when it is looked at.
// A fault that passes (disk full, store busy) is said and waited for; the daemon ends where somebody wants it to, where
// another daemon took over, and where the store is damaged.
//
// Units    UnixTime in seconds; minutes of the day in German time
// Threads  one
// Errors   Fenced, corrupt_store; what the first `make` throws
// Source   docs/night.md, "The daemon"
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/intake/embargo_zone.hpp"
#include "gateway/night/run.hpp"

namespace gateway::night {

/// When sources may be asked: from `begin` to `end`, which is on the next day where it is earlier.
struct Window {
    int begin_minute = 0, end_minute = 0;
};

/// The window that is open at `now` or opens next: both ends.
struct Opening {
    UnixTime begin = 0, end = 0;
    [[nodiscard]] bool is_open(UnixTime now) const noexcept { return begin <= now && now < end; }
};
Opening opening_at(Window const& window, UnixTime now, intake::TimeZone const& zone);

/// A runner with everything that it uses, and when it may be used.
struct Night {
    std::shared_ptr<void> holds; ///< what the runner refers to; outlives it
    std::unique_ptr<Runner> runner;
    std::optional<Window> window;          ///< nothing: always
    std::function<void()> after_pass = {}; ///< what else a night does, once its sources were asked
};

struct DaemonParts {
    std::function<Night()> make; ///< reads the configuration; called at the start and for every reload
    std::function<UnixTime()> now;
    /// Waits until a time, a wish to stop or one to reload; may return earlier.
    std::function<void(UnixTime until)> wait;
    std::function<bool()> stop;
    std::function<bool()> reload;                     ///< true once for every wish
    std::function<void(std::string const& text)> say; ///< what it does and waits for
};

/// Runs until somebody wants it to stop. Returns the number of passes.
std::size_t run_daemon(DaemonParts const& parts);

} // namespace gateway::night
