// What a source sent, and the channel it came through.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway {

/// Seconds since 1970-01-01 UTC.
using UnixTime = std::int64_t;

/// Header fields and parameters in the order given. Never holds credentials.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// Where bytes came from: everything but the bytes.
struct Provenance {
    std::string source;   ///< service id ("regionalstatistik") or "file"
    std::string origin;   ///< address without query, or the file's name
    std::string endpoint; ///< "data/tablefile"; empty for files
    Fields request;       ///< parameters sent, without credentials
    Fields headers;       ///< header fields received that matter (type, length, date)
    int http_status = 0;  ///< 0 for files
    UnixTime received = 0;
};

/// A document and its provenance. Owns the bytes.
struct RawDocument {
    Provenance provenance;
    std::string bytes;
};

/// One request over HTTP. `secret_headers` are sent and never logged, stored or forwarded.
struct HttpRequest {
    std::string method = "POST";
    std::string url;
    Fields headers;
    Fields secret_headers;
    std::string body;
    std::int64_t timeout_ms = 300'000;
    std::uint64_t body_limit_bytes = std::uint64_t{2} << 30U; ///< of the answer; more is Error too_large
};

struct HttpResponse {
    int status = 0;
    Fields headers;
    std::string body;
    /// First value of a header field, case-insensitive; empty where absent.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// Sends requests. Throws Error source_unavailable where no complete answer arrived (refused, reset, cut,
/// timed out), too_large past the limit, source_refused for a redirect to another origin.
class Transport {
  public:
    Transport() = default;
    Transport(Transport const&) = delete;
    Transport& operator=(Transport const&) = delete;
    virtual ~Transport() = default;
    virtual HttpResponse send(HttpRequest const& request) = 0;
};

/// The clock and the bed of a job; tests give their own.
struct Clock {
    std::function<UnixTime()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
    static Clock system();
};

/// "2024-12-31T08:15:00Z".
std::string utc_text(UnixTime time);
/// Reads "2024-12-31T08:15:00Z" or a date alone (its first second); `otherwise` where neither fits.
UnixTime utc_from(std::string_view text, UnixTime otherwise);

} // namespace gateway
