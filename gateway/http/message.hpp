// Requests and responses as handlers see them: plain values, so that a handler is tested without a socket.
//
// Threads  a Service is called from several worker threads at once; a BodySource has one user at a time and is
//          asked on a worker thread, never on the thread of the sockets
// Errors   what a Service throws becomes a 500 without details; everything a client can mend is a Response
// Source   RFC 9110 (semantics), RFC 9112 (HTTP/1.1)
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gateway::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Value of the first header called `name`, which is compared without case; empty where there is none.
std::string_view header(Headers const& headers, std::string_view name) noexcept;

struct Request {
    std::string method; ///< "GET"; also for HEAD, whose body the server leaves out
    std::string target; ///< as received, with query: "/sdmx/v1/data/REGIO,12411%2C1.0?detail=full"
    Headers headers;    ///< in the order received; a name may stand twice
    std::string body;
    std::string remote;      ///< "127.0.0.1:50412"
    std::string certificate; ///< subject of a client certificate that was verified; else empty
    bool secure = false;     ///< came over TLS

    [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
        return http::header(headers, name);
    }
};

/// A body that is made while it is sent, in memory that does not grow with it.
class BodySource {
  public:
    BodySource() = default;
    BodySource(BodySource const&) = delete;
    BodySource& operator=(BodySource const&) = delete;
    virtual ~BodySource() = default;

    /// Appends the next piece to `out`, some 32 to 256 KiB; false where nothing is left. An exception cuts the
    /// connection, so that the client sees a body without its end and not a sound one.
    virtual bool next(std::string& out) = 0;
    /// Zero, always, for a body that can be made. Above zero, always, for one that waits for something to happen: behind a
    /// next() that appended nothing it is asked again when Service::generation() changes or this time is over, and costs
    /// no thread until then. It is sent as it is, without encoding, so that nothing of it is held back.
    [[nodiscard]] virtual std::chrono::milliseconds pause() const { return {}; }
    /// Whether the head waits as well, because not all of its fields are known before the body is there: then nothing of
    /// the answer is sent until next() is false, and late_head() is asked for the rest of the fields.
    [[nodiscard]] virtual bool holds_head() const { return false; }
    [[nodiscard]] virtual Headers late_head() { return {}; }
};

using Body = std::variant<std::monostate, std::shared_ptr<std::string const>, std::unique_ptr<BodySource>>;

/// ETag stands for the answer without Content-Encoding: the server marks the encoded ones ("abc-gzip"), takes the
/// mark off If-None-Match, and answers 304 itself. X-Kreislauf-Key-Id names the key for the access log and is not
/// sent. A header whose value breaks the line makes the answer a 500.
struct Response {
    unsigned status = 200;
    Headers headers; ///< without Content-Length, Transfer-Encoding, Content-Encoding, Connection and Date
    Body body;
    /// The server may keep the answer for the same target and the same values of the headers in Vary, as long as
    /// Service::generation() stands. Only for answers that everybody may see.
    bool shared = false;

    [[nodiscard]] static Response text(unsigned status, std::string media_type, std::string body);
};

/// Takes the body of one request while it arrives, so that memory does not grow with it. Destroyed without end() where
/// the client went away, fell silent or broke the form.
class BodySink {
  public:
    BodySink() = default;
    BodySink(BodySink const&) = delete;
    BodySink& operator=(BodySink const&) = delete;
    virtual ~BodySink() = default;

    /// The next piece, some 256 KiB. An answer ends the request here; its connection is closed.
    virtual std::optional<Response> take(std::string_view piece) = 0;
    /// The body is there; nothing is called after this.
    virtual Response end() = 0;
};

/// Who takes the body, or the answer that needs none of it.
using Reception = std::variant<Response, std::unique_ptr<BodySink>>;

/// Everything behind the sockets.
class Service {
  public:
    Service() = default;
    Service(Service const&) = delete;
    Service& operator=(Service const&) = delete;
    virtual ~Service() = default;

    virtual Response answer(Request const& request) = 0;
    /// Whether receive() is asked before the body of such a request is read, instead of answer() behind it. Cheap, on the
    /// thread of the sockets.
    [[nodiscard]] virtual bool receives(std::string_view /*method*/, std::string_view /*target*/) noexcept {
        return false;
    }
    /// `request` has no body yet and lives as long as the sink.
    virtual Reception receive(Request const& /*request*/) { return Response{}; }
    /// Changes whenever an answer that was given may no longer hold. Cheap, from any thread.
    [[nodiscard]] virtual std::uint64_t generation() noexcept = 0;
    /// The same without any delay: asked before a client is told that what it has still holds.
    [[nodiscard]] virtual std::uint64_t generation_now() noexcept { return generation(); }
    /// Why no answer can be given now, for /readyz; empty where all is well. Asked on a worker thread.
    [[nodiscard]] virtual std::string trouble() { return {}; }
};

} // namespace gateway::http
