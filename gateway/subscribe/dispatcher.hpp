// Dispatcher: sees that something changed, finds out for whom, and has it delivered.
//
// Order    a subscriber has one message at a time, and the next one when that was taken or given up; messages tell the
//          log in its order. Subscribers do not wait for each other (crew.hpp).
// Kill     what is sent was written down before, in one transaction for many; the position moves when it was taken.
//          Between the two, the same id is sent once more: the receiver can tell.
// Once     a lock in the folder of the ledger lets one dispatcher work at a time
// Threads  run() and run_once() plan on the calling thread and deliver on those of a Crew
// Errors   conflict where another dispatcher works; what goes wrong with one subscription is complained of and tried
//          again, and holds up no other
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/subscribe/gather.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

struct DispatchSettings {
    std::string folder; ///< of the ledger
    /// The store as the owner of a subscription may see it; a connection of one's own, from any thread.
    std::function<std::shared_ptr<store::Store const>(Subscription const&)> open = {};
    /// As Batch::require_record; from any thread.
    std::function<void(Subscription const&)> require_record = {};
    /// Of which areas the owner may know; null = of all.
    std::function<MayKnow(Subscription const&)> may_know = {};
    /// Whether the owner may be told, of its own accord, of a vintage; from any thread. Null = of every one. What it
    /// may not be told is passed over, and stands in the feed.
    std::function<bool(Subscription const&, store::Store const&, std::string_view dataset, VintageNo)>
        may_tell = {};
    /// Another number when the store changed; cheap. Of the planning thread.
    std::function<std::uint64_t()> generation = {};
    std::function<UnixTime()> now = {};
    std::function<double()> jitter = {}; ///< 0 to 1; of the planning thread
    std::function<void(std::string_view)> complain = {};
    unsigned workers = 256; ///< at most; started when they are needed
    unsigned per_host = 4;
    std::chrono::milliseconds look_every{100};
};

struct DispatchReport {
    std::uint64_t delivered = 0, again = 0, given_up = 0, gone = 0, asked = 0;
    std::uint64_t waiting = 0; ///< under way, their next try is later
};

class Dispatcher {
  public:
    /// All must outlive it.
    Dispatcher(DispatchSettings settings, Ways const& ways, harmonize::territory::Register const& areas);
    ~Dispatcher();

    /// Until it is told to stop; then what has begun is brought to its end.
    void run(std::stop_token const& stop);
    /// What is due now, and what follows from it at once.
    DispatchReport run_once(std::stop_token const& stop = {});

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace gateway::subscribe
