// Rows: cuts a document, given in any pieces, into rows of fields.
//
// A row ends at a line feed (a carriage return before it is dropped). A quotation mark counts only at the
// start of a field; such a field may hold ';', line feeds and doubled quotation marks. The fields stay the
// bytes of the document, quotes included.
//
// Limits   a row of max_row_bytes without a line end, a quoted field of max_field_bytes without its closing
//          mark and text behind a closing mark are bad rows: reported, and reading goes on behind the line
//          in which they began. Memory never holds more than one row beside the piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/scan.hpp"

namespace adapters::genesis {

inline constexpr std::size_t max_field_bytes = std::size_t{64} << 10U;
inline constexpr std::size_t max_row_bytes = std::size_t{256} << 10U;

/// One row. Views live for the call.
struct Row {
    char const* base = nullptr;
    std::uint32_t const* ends = nullptr; ///< offset behind each field
    std::uint32_t begin = 0;             ///< offset of the first field
    std::uint32_t fields = 0;
    std::uint64_t line = 0; ///< physical line, 1-based
    bool quoted = false;    ///< some field may begin with '"'

    [[nodiscard]] std::uint32_t start(std::uint32_t field) const noexcept {
        return field == 0 ? begin : ends[field - 1] + 1;
    }
    [[nodiscard]] std::string_view field(std::uint32_t index) const noexcept { return span(index, 1); }
    /// `count` fields with the marks between them.
    [[nodiscard]] std::string_view span(std::uint32_t first, std::uint32_t count) const noexcept {
        auto const from = start(first);
        return {base + from, ends[first + count - 1] - from};
    }
    [[nodiscard]] std::string_view text() const noexcept { return span(0, fields); }
};

enum class BadRow : std::uint8_t { no_line_end, quote_not_closed, text_behind_quote };

class RowHandler {
  public:
    RowHandler() = default;
    RowHandler(RowHandler const&) = delete;
    RowHandler& operator=(RowHandler const&) = delete;
    virtual ~RowHandler() = default;
    virtual void row(Row const& row) = 0;
    /// `text` is the beginning of the row, at most max_row_bytes.
    virtual void bad_row(std::uint64_t line, BadRow why, std::string_view text) = 0;
};

class RowSplitter {
  public:
    explicit RowSplitter(RowHandler& handler, std::uint64_t first_line = 1,
                         ScanKernel kernel = best_scan_kernel())
        : handler_(handler), line_(first_line), kernel_(kernel) {}
    void feed(std::string_view piece);
    /// The last row needs no line end.
    void finish();
    /// True where the bytes fed so far end in a line that a quotation mark has kept open.
    [[nodiscard]] bool inside_quotes() const noexcept;
    /// Physical line in which the next row begins.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

  private:
    enum class Cut : std::uint8_t { complete, incomplete, bad };
    struct QuotedRow {
        Cut cut;
        std::size_t size;    ///< with the line end, where complete
        std::uint64_t lines; ///< physical lines in it
        BadRow why;
    };
    std::size_t run(std::string_view bytes, bool last);
    QuotedRow cut_quoted(std::string_view bytes, bool last);
    void skip_line(std::string_view bytes, std::size_t& at);

    RowHandler& handler_;
    std::uint64_t line_;
    ScanKernel kernel_;
    ScanMarks marks_;
    std::vector<std::uint32_t> quoted_ends_;
    std::string carry_;     ///< a row begun in an earlier piece
    bool skipping_ = false; ///< inside a bad row, until the next line end
};

} // namespace adapters::genesis
