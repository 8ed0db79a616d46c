// Wakes a thread that looks after several things and sleeps when there is nothing to do for any of them.
//
//     for (;;) {
//         auto const ticket = bell.ticket();
//         if (did_something()) continue;
//         bell.wait(ticket); // returns at once where somebody rang since
//     }
//
// Threads  ring() on any, the others on the one that sleeps. The object has to outlive all rings.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace gateway::io {

class Bell {
  public:
    Bell() = default;
    Bell(Bell const&) = delete;
    Bell& operator=(Bell const&) = delete;

    /// To be drawn before looking for something to do.
    [[nodiscard]] std::uint64_t ticket() const noexcept { return rung_.load(std::memory_order_acquire); }
    void ring() {
        {
            std::scoped_lock const lock{mutex_};
            rung_.fetch_add(1, std::memory_order_release);
            if (!sleeps_) return;
        }
        changed_.notify_one();
    }
    /// Sleeps until there is a ring that came after the ticket.
    void wait(std::uint64_t ticket) {
        std::unique_lock lock{mutex_};
        sleeps_ = true;
        changed_.wait(lock, [this, ticket] { return rung_.load(std::memory_order_relaxed) != ticket; });
        sleeps_ = false;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<std::uint64_t> rung_{0};
    bool sleeps_ = false;
};

} // namespace gateway::io
