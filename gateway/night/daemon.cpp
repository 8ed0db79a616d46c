#include "gateway/night/daemon.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/fence.hpp"

namespace gateway::night {
namespace {

constexpr UnixTime minute_seconds = 60;
constexpr UnixTime longest_sleep = hour_seconds; ///< then it looks again whether something else made work
constexpr UnixTime shortest_sleep = minute_seconds;
constexpr UnixTime trouble_sleep = minute_seconds;
constexpr UnixTime makeup_length = 8 * hour_seconds; ///< of a missed night

/// The first instant that the clocks show this minute of a day; in the hour that they skip, the one after it.
UnixTime instant_of(std::int32_t day, int minute, intake::TimeZone const& zone) {
    auto const wall = UnixTime{day} * day_seconds + minute * minute_seconds;
    auto const instants = zone.instants_of(wall);
    return instants.empty() ? beginning_of(day, zone) + minute * minute_seconds : instants.front();
}

bool passes(Errc code) noexcept {
    return code == Errc::io || code == Errc::conflict;
}

std::string summary_of(RunResult const& result) {
    std::size_t loaded = 0, bad = 0;
    for (auto const& report : result.reports) {
        if (report.outcome == "loaded") ++loaded;
        if (!report.next_step.empty()) ++bad;
    }
    return std::to_string(result.reports.size()) + " asked, " + std::to_string(loaded) + " loaded, " +
           std::to_string(bad) + " to look at, " + std::to_string(result.waiting.size()) + " waiting";
}

class Loop {
  public:
    explicit Loop(DaemonParts const& parts) : parts_(parts), zone_(german_zone()), night_(parts.make()) {}

    std::size_t run() {
        while (!parts_.stop()) {
            if (parts_.reload()) reload();
            parts_.wait(one_turn());
        }
        parts_.say("stops");
        return passes_;
    }

  private:
    void reload() {
        try {
            night_ = parts_.make();
            parts_.say("has read the configuration again");
        } catch (Fenced const&) {
            throw;
        } catch (Error const& error) {
            parts_.say(
                std::string{"goes on with the old configuration, because the new one is not usable: "} +
                error.what());
        }
    }

    /// Does what is due and returns the time until which there is nothing to do.
    UnixTime one_turn() {
        try {
            return turn();
        } catch (Fenced const&) {
            throw;
        } catch (Error const& error) {
            if (!passes(error.code())) throw;
            parts_.say(std::string{error.what()} + "; tries again in " + std::to_string(trouble_sleep) +
                       " s");
            return parts_.now() + trouble_sleep;
        }
    }

    UnixTime turn() {
        auto now = parts_.now();
        auto next = night_.runner->next_due();
        if (!next) return now + longest_sleep;
        auto window = opening(now);
        // A whole night without the machine: the window that was missed is made up for at once.
        bool const was_missed = *next + day_seconds <= now;
        bool const passed = *next <= now && (window.is_open(now) || was_missed);
        if (passed) {
            RunOptions options;
            options.patient = true;
            options.deadline = window.is_open(now) ? window.end : now + makeup_length;
            auto const result = night_.runner->pass(options);
            ++passes_;
            if (night_.after_pass) night_.after_pass();
            parts_.say(summary_of(result));
            now = parts_.now();
            next = night_.runner->next_due();
            if (!next) return now + longest_sleep;
            window = opening(now);
        }
        auto at = std::max(*next, window.is_open(*next) ? *next : window.begin);
        // What is due again at once must not turn in circles.
        at = std::max(at, now + (passed ? shortest_sleep : 1));
        parts_.say("sleeps until " + utc_text(at));
        return std::min(at, now + longest_sleep);
    }

    [[nodiscard]] Opening opening(UnixTime now) const {
        if (!night_.window) return {now, std::numeric_limits<UnixTime>::max()};
        return opening_at(*night_.window, now, zone_);
    }

    DaemonParts const& parts_;
    intake::TimeZone zone_;
    Night night_;
    std::size_t passes_ = 0;
};

} // namespace

Opening opening_at(Window const& window, UnixTime now, intake::TimeZone const& zone) {
    auto const today = day_of(now, zone);
    for (auto day = today - 1;; ++day) {
        Opening const opening{
            instant_of(day, window.begin_minute, zone),
            instant_of(window.end_minute > window.begin_minute ? day : day + 1, window.end_minute, zone)};
        if (opening.end > now) return opening;
    }
}

std::size_t run_daemon(DaemonParts const& parts) {
    return Loop{parts}.run();
}

} // namespace gateway::night
