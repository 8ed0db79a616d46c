// The lines of a delivered text, as bytes, and what a line of the same file must look like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/charset.hpp"
#include "gateway/core/layout.hpp"

namespace gateway::intake {

/// How the text is written.
struct TextForm {
    adapters::csv::Charset charset = adapters::csv::Charset::utf8;
    std::size_t mark_bytes = 0;
    char delimiter = ';';
    char quote = '"'; ///< '\x01' = none
    char line_end = '\n';
    std::uint64_t first_row = 0; ///< line of the first row below the header
    /// `text` in UTF-8 becomes bytes of the character set; what the set lacks becomes '?'.
    [[nodiscard]] std::string encoded(std::string_view text) const;
    /// A field of the file with this content.
    [[nodiscard]] std::string field(std::string_view text) const;
};

/// Nothing where rows of the file cannot stand alone.
std::optional<TextForm> form_of(std::string_view bytes, Layout const* layout);

/// Walks lines from 1 on; a line is without its end.
class Lines {
  public:
    Lines(std::string_view bytes, TextForm const& form);
    /// False where there is none. `first` and `last` are lines of ascending calls; the text runs from the one to the
    /// end of the other.
    bool find(std::uint64_t line, std::string_view& text);
    /// The row that begins in `line`: with further lines where a quotation mark is open.
    bool row(std::uint64_t line, std::string_view& text);

  private:
    [[nodiscard]] std::size_t end_of(std::size_t from) const;
    std::string_view bytes_;
    TextForm form_;
    std::size_t width_ = 1; ///< bytes per unit
    std::size_t at_ = 0;    ///< of the line `line_`
    std::uint64_t line_ = 1;
};

} // namespace gateway::intake
