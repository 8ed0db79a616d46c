// What the head of an HTTP/1.x request says, and where it ends.
//
// Beast reads the head (request_parser.hpp). Beforehand HeadEnd sees to what Beast takes and two servers could
// read in two ways: lines that end without CR, and folded fields.
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
    /// empty line; 0 where more bytes are needed. A line without CR or one that begins with a blank sets
    /// `refusal`.
    std::size_t find(std::string_view received, HeadLimits const& limits, Refusal& refusal) noexcept;
    void restart() noexcept { *this = HeadEnd{}; }

  private:
    std::size_t looked_at_ = 0;
    std::size_t line_ = 0; ///< where the current line begins
    bool request_line_ = true;
};

bool same_name(std::string_view a, std::string_view b) noexcept; ///< of a field or method; case is ignored

} // namespace gateway::http
