// Session: one service, one account. Sends a request until a usable answer came or no more tries are due.
//
// Every answer received, errors too, is masked and handed to the RawSink before anything in it is believed.
// Pauses grow; Retry-After is honoured; credentials that were refused are never tried again.
//
// Threads  call() may run on several threads; at most Service::max_parallel requests are under way. The RawSink
//          is then called from several threads.
// Errors   Error source_unavailable, source_refused, not_found, too_large, malformed naming service, endpoint,
//          object and code; never a credential. Whatever the RawSink throws passes.
// Source   docs/adapters/genesis-access.md
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "adapters/genesis/credentials.hpp"
#include "adapters/genesis/services.hpp"
#include "adapters/genesis/session_outcome.hpp"
#include "gateway/core/document.hpp"

namespace adapters::genesis {

/// Gets every answer before it is interpreted; keeps it durably.
using RawSink = std::function<void(gateway::RawDocument const&)>;

struct RetryPolicy {
    unsigned attempts = 4;
    std::chrono::milliseconds first_pause{1000};
    unsigned growth = 3;           ///< 1, 3, 9 seconds
    unsigned back_off_factor = 10; ///< too many requests at a time: 10, 30, 90 seconds
    std::chrono::milliseconds longest_pause{std::chrono::minutes{5}};
};

/// What may differ from call to call.
struct CallOptions {
    std::int64_t timeout_ms = 300'000;
    bool once = false;           ///< do not send again by itself: the request has an effect at the source
    bool report_timeout = false; ///< a time-out is an answer (the table is too big) and not tried again
};

class Session {
  public:
    Session(gateway::Transport& transport, Service service, Credentials credentials, gateway::Clock clock,
            RawSink sink, RetryPolicy policy = {});

    Reply call(std::string_view endpoint, gateway::Fields const& parameters, CallOptions const& options = {});

    [[nodiscard]] Service const& service() const noexcept { return service_; }
    [[nodiscard]] Credentials const& credentials() const noexcept { return credentials_; }
    [[nodiscard]] gateway::Clock const& clock() const noexcept { return clock_; }
    /// "regionalstatistik data/tablefile 12411-01-01-4"
    [[nodiscard]] std::string place(std::string_view endpoint, gateway::Fields const& parameters) const;

  private:
    Reply receive(std::string_view endpoint, gateway::Fields const& parameters, CallOptions const& options);
    [[nodiscard]] std::chrono::milliseconds pause_before(unsigned attempt, bool back_off) const;

    gateway::Transport& transport_;
    Service service_;
    Credentials credentials_;
    gateway::Clock clock_;
    RawSink sink_;
    RetryPolicy policy_;
    std::mutex mutex_;
    std::condition_variable free_;
    unsigned under_way_ = 0;
};

/// "name=12411-0015&language=de", percent-encoded UTF-8.
std::string form_text(gateway::Fields const& parameters);

} // namespace adapters::genesis
