// Reads one request after the other with Boost.Beast, and refuses what Beast takes or leaves to its user: what two
// servers could read in two ways. The one file that compiles Beast is request_parser.cpp.
//
// Refused by Beast   NUL and other control characters, blanks before a colon, names and first lines that are none,
//                    Content-Length that is no number or stands beside Transfer-Encoding
// Refused here       Content-Length, Transfer-Encoding or Host twice, no Host, transfer codings other than chunked,
//                    addresses that are none, lines of chunks with control characters or blanks behind the size
// Source   RFC 9112 (3, 6, 7.1), RFC 9110 (7.2, 10.1.1); docs/adr/0016-http-server-on-asio-and-beast.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/request_head.hpp"

namespace gateway::http {

class RequestParser {
  public:
    RequestParser();
    ~RequestParser();
    RequestParser(RequestParser&&) = delete;

    /// Begins a request. `bytes` is its whole head as HeadEnd found it. Reuses the memory of `head`.
    Refusal read_head(std::string_view bytes, HeadLimits const& limits, RequestHead& head);
    /// After the head of a request that is not complete(): how large its body may be. A length that was announced
    /// is refused at once.
    Refusal begin_body(std::uint64_t limit_bytes);
    /// Takes what it can of `bytes`, appends content to `body` and returns how many bytes it took; `bytes` begins
    /// behind those in the next call. Trailer fields are read past. A body beyond the limit is refused with 413, a
    /// breach of the form with 400.
    std::size_t read_body(std::string_view bytes, std::string& body, Refusal& refusal);
    [[nodiscard]] bool complete() const noexcept; ///< the request, with its body

  private:
    class Reader;
    std::unique_ptr<Reader> reader_; ///< Beast's parser reads one message
};

} // namespace gateway::http
