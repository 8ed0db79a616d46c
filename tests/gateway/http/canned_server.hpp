// A server on the loopback that plays given answers in order and keeps what it was asked.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gateway::testing {

struct Canned {
    std::string bytes;    ///< status line, header fields, body, as they go over the wire
    bool close = false;   ///< end the connection afterwards
    bool reset = false;   ///< reset the connection instead of answering
    unsigned hold_ms = 0; ///< wait before closing
};

class CannedServer {
  public:
    explicit CannedServer(std::vector<Canned> answers);
    ~CannedServer();
    CannedServer(CannedServer const&) = delete;
    CannedServer& operator=(CannedServer const&) = delete;

    [[nodiscard]] std::string url(std::string const& path = "/") const;
    [[nodiscard]] std::vector<std::string> requests() const;
    [[nodiscard]] unsigned connections() const;

  private:
    void run();
    bool serve(int connection);

    std::vector<Canned> answers_;
    std::size_t next_ = 0;
    int listener_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    unsigned connections_ = 0;
    std::thread thread_;
};

/// A whole answer with Content-Length.
std::string answer(int status, std::string const& fields, std::string const& body);

} // namespace gateway::testing
