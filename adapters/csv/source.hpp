// The text of a document as UTF-8, a window at a time.
//
// Bytes that are UTF-8 already are handed out where they lie; others are turned in pieces. Memory is one window.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/csv/charset.hpp"

namespace adapters::csv {

class TextSource {
  public:
    TextSource(std::string_view bytes, CharsetFinding const& finding)
        : bytes_(bytes.substr(finding.mark_bytes)), mark_(finding.mark_bytes), charset_(finding.charset) {}

    /// At least `size` bytes of what was not consumed, or all that is left. The view lives until the next
    /// window() or consume().
    std::string_view window(std::size_t size);
    void consume(std::size_t size);
    /// True where the last window() reached the end of the document.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

  private:
    std::string_view bytes_;
    std::size_t mark_ = 0;
    Charset charset_;
    std::size_t at_ = 0; ///< of bytes_: what was handed out (UTF-8) or turned
    std::string turned_;
    std::size_t used_ = 0; ///< of turned_
    bool at_end_ = false;
};

} // namespace adapters::csv
