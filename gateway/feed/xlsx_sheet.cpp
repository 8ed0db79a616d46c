#include "gateway/feed/xlsx_sheet.hpp"

#include <array>
#include <cstdio>

#include "gateway/core/error.hpp"

namespace gateway::feed {
namespace {

constexpr std::size_t flush_bytes = std::size_t{64} << 10U;
constexpr std::size_t cell_limit = 32'767;
constexpr std::int32_t excel_day_of_1970 = 25'569;
constexpr unsigned first_custom_format = 164;

bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/// "_x0041_": Excel would read this as a character.
bool is_escape(std::string_view text) noexcept {
    return text.size() >= 7 && text[0] == '_' && text[1] == 'x' && is_hex(text[2]) && is_hex(text[3]) &&
           is_hex(text[4]) && is_hex(text[5]) && text[6] == '_';
}

std::size_t characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (char const c : text)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    return count;
}

} // namespace

std::string xlsx_styles() {
    std::string formats;
    std::string cells;
    // Built-in formats: 0 General, 1 "0", 3 "#,##0", 14 the date of the country, 49 text.
    constexpr std::array<std::string_view, 6> fixed{
        R"(<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>)",
        R"(<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>)",
        R"(<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)",
        R"(<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)",
        R"(<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)",
        R"(<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>)"};
    for (auto const xf : fixed) cells += xf;
    for (unsigned scale = 0; scale <= Decimal::max_scale; ++scale) {
        auto const id = scale == 0 ? 3 : first_custom_format + scale;
        if (scale != 0)
            formats += "<numFmt numFmtId=\"" + std::to_string(id) + "\" formatCode=\"#,##0." +
                       std::string(scale, '0') + "\"/>";
        cells += "<xf numFmtId=\"" + std::to_string(id) +
                 R"(" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)";
    }
    return R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count=")" +
           std::to_string(Decimal::max_scale) + "\">" + formats +
           R"(</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>)"
           R"(<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>)"
           R"(<fills count="3"><fill><patternFill patternType="none"/></fill>)"
           R"(<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">)"
           R"(<fgColor rgb="FFDDE6EE"/><bgColor indexed="64"/></patternFill></fill></fills>)"
           R"(<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>)"
           R"(<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>)"
           "<cellXfs count=\"" +
           std::to_string(fixed.size() + Decimal::max_scale + 1) + "\">" + cells +
           R"(</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>)"
           R"(<dxfs count="0"/><tableStyles count="0"/></styleSheet>)";
}

void append_xml(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = text[i];
        switch (c) {
        case '&': out += "&amp;"; continue;
        case '<': out += "&lt;"; continue;
        case '>': out += "&gt;"; continue;
        case '"': out += "&quot;"; continue;
        case '\r': out += "_x000D_"; continue; // XML would turn it into a line feed
        default: break;
        }
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "_x%04X_", static_cast<unsigned>(c));
            out.append(escape.data(), 7);
        } else if (c == '_' && is_escape(text.substr(i))) {
            out += "_x005F_";
        } else {
            out.push_back(c);
        }
    }
}

std::string column_letters(std::size_t column) {
    std::string letters;
    for (auto rest = column + 1; rest != 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return letters;
}

bool excel_holds(Decimal value) noexcept {
    constexpr std::int64_t fifteen_digits = 999'999'999'999'999;
    return value.mantissa() <= fifteen_digits && value.mantissa() >= -fifteen_digits;
}

XlsxSheet::XlsxSheet(ZipWriter& zip, std::string const& entry, std::vector<double> const& widths, bool first)
    : zip_(zip) {
    zip_.begin(entry);
    buffer_ = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView)";
    if (first) buffer_ += R"( tabSelected="1")";
    buffer_ +=
        R"( workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>)"
        R"(<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>)";
    for (std::size_t i = 0; i < widths.size(); ++i) {
        letters_.push_back(column_letters(i));
        auto const number = std::to_string(i + 1);
        buffer_ += "<col min=\"" + number + "\" max=\"" + number + "\" width=\"" +
                   std::to_string(static_cast<int>(widths[i])) + R"(" customWidth="1"/>)";
    }
    buffer_ += "</cols><sheetData>";
}

void XlsxSheet::begin_row() {
    ++row_;
    column_ = 0;
    row_text_ = std::to_string(row_);
    buffer_.append("<row r=\"").append(row_text_).append("\">");
}

void XlsxSheet::end_row() {
    buffer_ += "</row>";
    if (buffer_.size() < flush_bytes) return;
    zip_.write(buffer_);
    buffer_.clear();
}

void XlsxSheet::open_cell(CellStyle style, std::string_view type) {
    buffer_.append("<c r=\"").append(letters_.at(column_)).append(row_text_).append("\"");
    ++column_;
    if (auto const index = static_cast<unsigned>(style); index != 0)
        buffer_.append(" s=\"").append(std::to_string(index)).append("\"");
    buffer_.append(type).append(">");
}

void XlsxSheet::text(std::string_view words, CellStyle style) {
    if (characters(words) > cell_limit)
        throw Error{Errc::too_large, "XLSX: a text of " + std::to_string(characters(words)) +
                                         " characters does not fit into a cell (32,767): '" +
                                         std::string{words.substr(0, 60)} + "...'; use CSV for this dataset"};
    open_cell(style, R"( t="inlineStr")");
    bool const outer_blank = !words.empty() && (words.front() <= ' ' || words.back() <= ' ');
    buffer_ += outer_blank ? R"(<is><t xml:space="preserve">)" : "<is><t>";
    append_xml(buffer_, words);
    buffer_ += "</t></is></c>";
}

void XlsxSheet::number(Decimal value, CellStyle style) {
    auto const shown = style == CellStyle::number
                           ? static_cast<CellStyle>(static_cast<unsigned>(CellStyle::number) + value.scale())
                           : style;
    open_cell(shown, {});
    std::array<char, max_decimal_chars> digits{};
    auto const* const end = write_decimal(digits.data(), value.mantissa(), value.scale(), '.');
    buffer_ += "<v>";
    buffer_.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    buffer_ += "</v></c>";
}

void XlsxSheet::date(std::int32_t day) {
    number(Decimal::from_integer(day + excel_day_of_1970), CellStyle::date);
}

void XlsxSheet::finish(std::size_t filter_columns) {
    buffer_ += "</sheetData>";
    if (filter_columns > 0)
        buffer_ +=
            "<autoFilter ref=\"A1:" + column_letters(filter_columns - 1) + std::to_string(row_) + "\"/>";
    buffer_ +=
        R"(<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>)";
    zip_.write(buffer_);
    zip_.end();
    buffer_.clear();
}

} // namespace gateway::feed
