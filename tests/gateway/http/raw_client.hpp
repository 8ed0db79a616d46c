// A client that sends exactly the bytes it is told to and reads what comes back. For tests of the server.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/server.hpp"

namespace gateway::testing {

struct Reply {
    unsigned status = 0; ///< 0: the connection ended before a head was complete
    std::string head;    ///< with the status line
    std::string body;    ///< chunks put together
    bool complete = false;
    [[nodiscard]] std::string field(std::string_view name) const;
};

class RawClient {
  public:
    /// "http://127.0.0.1:PORT"
    explicit RawClient(std::string const& url, int receive_buffer = 0);
    ~RawClient();
    RawClient(RawClient const&) = delete;
    RawClient& operator=(RawClient const&) = delete;

    void send(std::string_view bytes);
    /// Sends nothing more.
    void end();
    Reply receive(bool head_only = false);
    Reply ask(std::string const& target, std::string const& fields = {}, std::string const& method = "GET");
    /// Everything until the peer closes or nothing comes for `patience`; `closed` says which.
    std::string drain(bool& closed, std::chrono::milliseconds patience = std::chrono::seconds{5});
    /// Reads and forgets up to `bytes`; how many came.
    std::size_t skip(std::size_t bytes);
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  private:
    bool more();
    int descriptor_ = -1;
    std::string received_;
};

/// A Service made of a function; its generation is a number that a test sets.
class FunctionService final : public http::Service {
  public:
    using Function = std::function<http::Response(http::Request const&)>;
    explicit FunctionService(Function function) : function_{std::move(function)} {}
    http::Response answer(http::Request const& request) override {
        ++calls;
        return function_(request);
    }
    [[nodiscard]] std::uint64_t generation() noexcept override { return current.load(); }
    [[nodiscard]] std::string trouble() override { return trouble_text; }
    std::atomic<std::uint64_t> current{1};
    std::atomic<unsigned> calls{0};
    std::string trouble_text;

  private:
    Function function_;
};

/// A running server on a free port of the loopback.
class Running {
  public:
    explicit Running(FunctionService::Function function, http::ServerOptions options = {});
    [[nodiscard]] std::string const& url() const { return server->addresses().front(); }
    FunctionService service;
    std::unique_ptr<http::Server> server;
};

http::Response text(std::string body, unsigned status = 200);

} // namespace gateway::testing
