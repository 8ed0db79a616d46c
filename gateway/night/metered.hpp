// Metered: what stands between a run and a source, so that the source is asked politely.
//
// Every request passes here: the budget of the night, the pause between two requests, what the source said with
// Retry-After, the deadline, the wish to stop. Where one of them says no, Postponed ends the table under way.
//
// Units    UnixTime in seconds
// Threads  see Baton
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/night/run.hpp"

namespace gateway::night {

/// "Not now": not a fault of the source. Its code lets it pass through clients that would try again.
class Postponed : public Error {
  public:
    Postponed(UnixTime until, std::string const& text) : Error(Errc::conflict, text), until_(until) {}
    /// 0 = as soon as somebody likes.
    [[nodiscard]] UnixTime until() const noexcept { return until_; }

  private:
    UnixTime until_;
};

/// Whoever holds it runs; the others wait for an answer or sleep. So sources are asked side by side, and store, archive
/// and counters are used by one thread at a time.
class Baton {
  public:
    void take() { mutex_.lock(); }
    void give() { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

/// Gives the baton away while something else is waited for; nothing to do where there is none.
class Away {
  public:
    explicit Away(Baton* baton) : baton_(baton) {
        if (baton_ != nullptr) baton_->give();
    }
    ~Away() {
        if (baton_ != nullptr) baton_->take();
    }
    Away(Away const&) = delete;
    Away& operator=(Away const&) = delete;

  private:
    Baton* baton_;
};

/// What one source was asked so far, and may be asked yet.
struct Meter {
    Budget budget;
    std::chrono::milliseconds spacing{0};
    UnixTime deadline = 0;
    std::uint64_t requests = 0, bytes = 0; ///< of this night
    UnixTime not_before = 0;               ///< the source asked for it
    bool is_first = true;
};

/// Nights are counted from noon to noon of UTC+1, so that one night is one number.
std::int64_t night_of(UnixTime time) noexcept;
UnixTime beginning_of_night(std::int64_t night) noexcept;

class MeteredTransport final : public Transport {
  public:
    MeteredTransport(Transport& inner, Meter& meter, Clock clock, std::function<bool()> stop, Baton* baton)
        : inner_(inner), meter_(meter), clock_(std::move(clock)), stop_(std::move(stop)), baton_(baton) {}
    HttpResponse send(HttpRequest const& request) override;

  private:
    void ask_leave() const;

    Transport& inner_;
    Meter& meter_;
    Clock clock_; ///< as metered_clock() makes it
    std::function<bool()> stop_;
    Baton* baton_;
};

/// A clock whose sleep ends at the deadline, at a wish to stop, and where the source wants longer pauses. Gives the
/// baton away meanwhile.
Clock metered_clock(Clock const& clock, Meter const& meter, std::function<bool()> stop, Baton* baton);

} // namespace gateway::night
