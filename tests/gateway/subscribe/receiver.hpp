// A receiver of webhooks on the loopback: one thread per connection, one request each, and whatever answer a test wants.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::testing {

struct Received {
    std::string host; ///< of the address it was sent to: 127.0.0.1, or another of the loopback
    std::string path, body;
    Fields headers;
    [[nodiscard]] std::string header(std::string const& name) const;
};

class Receiver {
  public:
    /// Makes the whole answer, which is sent as it is; nothing: the connection ends without one. From many threads.
    using Answer = std::function<std::string(Received const&)>;
    /// `everywhere`: on every address of the loopback instead of 127.0.0.1.
    explicit Receiver(Answer answer, bool everywhere = false);
    ~Receiver();
    Receiver(Receiver const&) = delete;
    Receiver& operator=(Receiver const&) = delete;

    [[nodiscard]] std::string url(std::string const& path = "/", std::string const& host = "127.0.0.1") const;
    [[nodiscard]] int port() const noexcept { return port_; }
    [[nodiscard]] std::vector<Received> received() const;
    /// Ends waits of answers that sleep by it.
    [[nodiscard]] bool ends() const noexcept { return ends_; }
    /// Sleeps, or until the end of the test.
    void sleep(int milliseconds) const;

  private:
    void run();
    void serve(int connection);

    Answer answer_;
    int listener_ = -1, port_ = 0;
    std::atomic<bool> ends_{false};
    mutable std::mutex guard_;
    std::vector<Received> received_;
    std::list<std::jthread> threads_;
    std::jthread acceptor_;
};

std::string http_answer(int status, std::string const& body = {}, std::string const& fields = {});
/// Agrees to everything: gives a challenge back, and takes messages.
std::string consenting(Received const& received);

} // namespace gateway::testing
