// Delimited text, field by field: comma, semicolon or tab, with or without quotation marks.
//
// The delimiter is the one that the first line has most of, unless given. A quoted field may hold delimiters,
// line ends and doubled quotation marks. Empty lines are skipped; a byte order mark is not part of the text.
//
// Errors   Error malformed, naming line and field, for a quotation mark that is not closed or has text behind it
// Source   RFC 4180
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::io {

class CsvReader {
  public:
    /// `name` is for messages. The bytes must outlive the reader.
    explicit CsvReader(std::string_view bytes, std::string name,
                       std::optional<char> delimiter = std::nullopt);

    /// Goes to the next row; false at the end. Fields are views into the bytes, or into this reader where
    /// they had doubled quotation marks; they live until the next call.
    bool next();
    [[nodiscard]] std::span<std::string_view const> fields() const noexcept { return fields_; }
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; } ///< first line of the row, 1-based
    [[nodiscard]] char delimiter() const noexcept { return delimiter_; }
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

  private:
    char const* quoted(char const* at);
    [[noreturn]] void refuse(std::size_t field, std::string const& what) const;

    std::string name_;
    char const* at_;
    char const* end_;
    char delimiter_ = ',';
    std::uint64_t line_ = 0;
    std::uint64_t next_line_ = 1;
    std::vector<std::string_view> fields_;
    std::vector<std::string> unescaped_;
    std::size_t unescaped_count_ = 0;
};

/// A field as it must stand in such a file: quoted where it holds the delimiter, a quotation mark or a line
/// end.
void append_csv_field(std::string& out, std::string_view field, char delimiter);

} // namespace gateway::io
