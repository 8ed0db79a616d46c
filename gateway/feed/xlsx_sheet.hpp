// One worksheet as XML, streamed into a ZIP entry.
//
// Source   ECMA-376 part 1, 18.3. Elements and their order are those that Excel itself writes.
// Errors   too_large for a text of more than 32,767 characters, Excel's limit for a cell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/decimal.hpp"
#include "gateway/feed/zip_writer.hpp"

namespace gateway::feed {

/// Index into the cellXfs of xlsx_styles().
enum class CellStyle : unsigned { plain, header, key, date, ordinal, wrapped, number };

/// styles.xml; style `number` + n shows n digits after the mark.
std::string xlsx_styles();
/// Text as XML content: &, <, > and characters that XML 1.0 lacks.
void append_xml(std::string& out, std::string_view text);
/// "A", "Z", "AA" for 0, 25, 26.
std::string column_letters(std::size_t column);

/// Digits beyond the 15th are lost in Excel: such numbers must be written as text.
bool excel_holds(Decimal value) noexcept;

class XlsxSheet {
  public:
    static constexpr std::size_t rows_limit = 1'048'576;

    /// `widths` in characters, one per column; `first` selects the tab that is shown on opening.
    XlsxSheet(ZipWriter& zip, std::string const& entry, std::vector<double> const& widths, bool first);

    void begin_row();
    void empty() { ++column_; }
    void text(std::string_view words, CellStyle style = CellStyle::plain);
    void number(Decimal value, CellStyle style);
    void date(std::int32_t day);
    void end_row();
    [[nodiscard]] std::size_t rows() const noexcept { return row_; }
    /// Ends the sheet; `filter_columns` > 0 adds filter buttons to that many columns of the header.
    void finish(std::size_t filter_columns);

  private:
    void open_cell(CellStyle style, std::string_view type);

    ZipWriter& zip_;
    std::string buffer_;
    std::string row_text_;
    std::vector<std::string> letters_;
    std::size_t row_ = 0;
    std::size_t column_ = 0;
};

} // namespace gateway::feed
