// HTTP with libcurl.
//
// Follows up to five redirects, only within the origin (scheme, host, port) that was asked for: credentials
// never travel to a host that nobody configured. Connections are reused. Error texts name method, address
// without query, and reason; they never hold header fields, bodies or credentials.
//
// Threads  send() may be called from several threads; each call uses its own connection.
// Errors   Error source_unavailable where no complete answer came; too_large; source_refused for a redirect
//          to another origin or a certificate that does not hold; invalid_argument for what cannot be sent;
//          io where libcurl is missing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"

struct sockaddr;

namespace gateway::http {

struct CurlOptions {
    std::string user_agent = "kreislauf";
    std::int64_t connect_timeout_ms = 20'000;
    std::int64_t stall_timeout_ms = 60'000; ///< without a byte, once the body has begun
    /// For addresses that somebody else names. Is asked at every connection with the number that is connected to, when
    /// names are looked up and nothing can change any more: why not, or nothing. Then there is no proxy either, which
    /// would connect in our place, and no connection is kept.
    std::function<std::string(sockaddr const& address, bool encrypted)> objection = {};
    bool follow_redirects = true;          ///< false: the answer is the redirect
    std::vector<std::string> resolve = {}; ///< "host:port:address": names that are known beforehand
};

class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(CurlOptions options = {});
    ~CurlTransport() override;

    HttpResponse send(HttpRequest const& request) override;

  private:
    struct Pool;
    HttpResponse send_once(HttpRequest const& request);

    CurlOptions options_;
    std::unique_ptr<Pool> pool_;
};

} // namespace gateway::http
