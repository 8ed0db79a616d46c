// Helpers of the client tests: a transport that plays steps, a clock that only counts, a sink that remembers.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "adapters/genesis/client.hpp"
#include "tests/gateway/io/support.hpp"

namespace adapters::genesis::testing {

/// Answers with the given steps in order; a step may throw. Remembers every request.
class ScriptedTransport final : public gateway::Transport {
  public:
    using Step = std::function<gateway::HttpResponse(gateway::HttpRequest const&)>;

    ScriptedTransport& then(Step step);
    ScriptedTransport& then(gateway::HttpResponse response);
    /// The connection breaks.
    ScriptedTransport& then_breaks();
    gateway::HttpResponse send(gateway::HttpRequest const& request) override;

    std::vector<gateway::HttpRequest> requests;
    [[nodiscard]] std::size_t left() const noexcept { return steps_.size(); }
    /// Form field `name` of request `index`, still encoded; empty where absent.
    [[nodiscard]] std::string field(std::size_t index, std::string const& name) const;
    [[nodiscard]] std::string endpoint(std::size_t index) const;

  private:
    std::deque<Step> steps_;
};

/// Time passes only by sleeping.
struct FakeClock {
    gateway::UnixTime now = 1'749'240'000; // 2025-06-06T20:00:00Z
    std::vector<std::int64_t> pauses_ms;
    gateway::Clock clock();
};

/// Everything one client needs, with a service that can do everything.
struct Bench {
    ScriptedTransport transport;
    FakeClock time;
    std::vector<gateway::RawDocument> kept;
    std::vector<std::string> jobs;
    std::vector<std::vector<std::string>> starts; ///< names known before each start
    Service service = full_service();

    static Service full_service();
    Client client(Credentials credentials = account());
    static Credentials account();
    JobMemory memory();
};

inline constexpr char const* user_name = "DE12345678";
inline constexpr char const* password = "geheim!\"pass";

gateway::HttpResponse response(int status, std::string type, std::string body);
gateway::HttpResponse json(std::string body, int status = 200);
/// An envelope as the services send it; `member` is "\"Object\":null" or "\"List\":[…]".
gateway::HttpResponse envelope(int code, std::string const& content,
                               std::string const& member = "\"Object\":null");
gateway::HttpResponse list_of(std::vector<std::string> const& codes);
gateway::HttpResponse zip(std::string const& member, std::string const& text);
/// A flat file of version 5 with one row per (time, region).
std::string flat(std::vector<std::pair<std::string, std::string>> const& rows, bool quality = true);

} // namespace adapters::genesis::testing
