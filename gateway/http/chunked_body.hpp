// Decodes a request body that comes in chunks, strictly; trailer fields are read past.
//
// Source   RFC 9112, 7.1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/request_head.hpp"

namespace gateway::http {

class ChunkedBody {
  public:
    /// Takes what it can of `bytes`, appends content to `body` and returns how many bytes it took. A body beyond
    /// `limit_bytes` is refused with 413, a breach of the form with 400.
    std::size_t take(std::string_view bytes, std::string& body, std::uint64_t limit_bytes, Refusal& refusal);
    [[nodiscard]] bool complete() const noexcept { return state_ == State::complete; }

  private:
    enum class State : std::uint8_t { size, content, content_end, trailer, complete };
    void end_line(Refusal& refusal);

    State state_ = State::size;
    std::uint64_t left_ = 0;
    std::uint64_t trailer_bytes_ = 0;
    std::string line_; ///< of a size or a trailer, without its end
};

} // namespace gateway::http
