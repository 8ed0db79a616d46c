// The HTTP/1.1 server: sockets on one side, a Service on the other.
//
// One thread waits for sockets, reads requests and sends; answers in the cache are sent from it at once. What a
// Service does runs on worker threads, a body that streams too: it is asked for the next piece when the socket
// took the last one. A client that is slow therefore costs memory for one piece and nothing else.
// HEAD reaches the Service as GET; OPTIONS reaches it as it is. /healthz, /readyz and /metrics are answered here.
//
// Threads  one Server may be started once; request_stop() and reload() from any thread. SIGPIPE is ignored in the
//          whole process from the first Server on.
// Errors   Error io, invalid_argument where an address or a certificate cannot be used; see docs/server.md
// Source   RFC 9110, RFC 9112
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/http/request_head.hpp"

namespace gateway::http {

class AccessLog;

struct TlsOptions {
    std::string certificate_file; ///< PEM, the chain behind it
    std::string key_file;
    std::string client_ca_file; ///< empty: clients are not asked for certificates
    bool client_required = false;
};

struct ServerLimits {
    HeadLimits head;
    /// How large a body may be, for method and target.
    std::function<std::uint64_t(std::string_view, std::string_view)> body_bytes =
        [](std::string_view, std::string_view) { return std::uint64_t{1} << 20U; };
    std::size_t connections = 20'000;               ///< more are answered 503
    std::size_t waiting_requests = 512;             ///< for a worker; more are answered 503
    std::chrono::milliseconds head_time{10'000};    ///< from the first byte to the empty line, else 408
    std::chrono::milliseconds body_time{60'000};    ///< until the body is there, else 408
    std::chrono::milliseconds answer_time{120'000}; ///< for the Service, and for every piece; else 503
    std::chrono::milliseconds idle_time{75'000};    ///< between requests
    std::chrono::milliseconds write_time{30'000}; ///< a client takes write_bytes in this time, or is cut off
    std::uint64_t write_bytes = 32U << 10U;
    std::chrono::milliseconds stop_time{10'000}; ///< running answers may take so long after request_stop()
};

struct ServerOptions {
    std::vector<std::string> listen{"127.0.0.1:8080"}; ///< "127.0.0.1:0" and "[::1]:8080", too
    unsigned workers = 0;                              ///< 0 = twice the processors, at least 4
    std::size_t cache_bytes = std::size_t{256} << 20U; ///< 0 = no cache
    /// Bodies in the cache that are asked for often lie in so many sealed files of memory, which a plain connection sends
    /// without copying; never more than an eighth of the descriptors that the process may have. 0 = none.
    std::size_t cache_files = 1024;
    std::size_t piece_bytes = 256U << 10U; ///< of a body that streams
    /// A request with one of these fields is not answered from the cache and its answer not kept.
    std::vector<std::string> private_fields{"Authorization", "X-Api-Key", "Cookie"};
    std::optional<TlsOptions> tls;
    ServerLimits limits;
    std::shared_ptr<AccessLog> access_log;          ///< null = none
    std::function<void(std::string_view)> complain; ///< failures of handlers, one line each; null = none
    /// On a worker, after many answers: when few have been asked for in a second, or half a minute is over. Null = nothing.
    std::function<void()> after_many;
    std::vector<std::string> routes; ///< prefixes that /metrics tells apart, longest first
};

class Server {
  public:
    /// Binds every address; connections wait until start(). `service` outlives the server.
    Server(Service& service, ServerOptions options);
    ~Server();
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// "http://127.0.0.1:8080", in the order of options.listen, with the port that was chosen.
    [[nodiscard]] std::vector<std::string> const& addresses() const noexcept;
    void start();
    /// Reads the certificate again and opens the log anew; connections that are there go on.
    void reload();
    /// No connection is taken any more; running answers end.
    void request_stop();
    /// Returns after request_stop(), when every connection is closed or stop_time is over; false in that case.
    bool wait();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::http
