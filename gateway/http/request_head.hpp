// Reads the head of one HTTP/1.x request, strictly: what two servers could read in two ways is refused.
//
// Refused: a line that ends without CR, NUL and other control characters, folded fields, blanks before a colon,
// Content-Length twice or beside Transfer-Encoding, transfer codings other than chunked, no or several Host.
// Source   RFC 9112 (2.2, 3, 5, 6), RFC 9110 (5)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::http {

struct HeadLimits {
    std::size_t target_bytes = 16U << 10U; ///< more is answered 414
    std::size_t head_bytes = 32U << 10U;   ///< more is answered 431
    std::size_t fields = 100;              ///< more are answered 431
};

/// Views into the bytes that were read.
struct RequestHead {
    std::string_view method;
    std::string_view target; ///< origin form ("/a?b") or "*"; taken out of an absolute form
    std::string_view host;
    std::vector<std::pair<std::string_view, std::string_view>> fields;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    bool http_1_0 = false;
    bool expects_continue = false;

    [[nodiscard]] std::string_view field(std::string_view name) const noexcept;
};

/// What is wrong with a request, as it is answered. `what` is text for people and never holds their bytes.
struct Refusal {
    unsigned status = 0; ///< 0 = nothing is wrong
    char const* what = "";
};

/// Finds the end of a head that arrives in pieces; every byte is looked at once.
class HeadEnd {
  public:
    /// `received` begins where it began in the calls before, and may have grown. Length of the head with the
    /// empty line; 0 where more bytes are needed. A line without CR sets `refusal`.
    std::size_t find(std::string_view received, HeadLimits const& limits, Refusal& refusal) noexcept;
    void restart() noexcept { *this = HeadEnd{}; }

  private:
    std::size_t looked_at_ = 0;
    std::size_t line_ = 0; ///< where the current line begins
    bool request_line_ = true;
};

/// `bytes` is one whole head. Reuses the memory of `head`.
Refusal read_head(std::string_view bytes, HeadLimits const& limits, RequestHead& head);

bool same_name(std::string_view a, std::string_view b) noexcept; ///< of a field or method; case is ignored
/// Whether a comma-separated list has this word; case is ignored.
bool list_has(std::string_view list, std::string_view word) noexcept;

} // namespace gateway::http
