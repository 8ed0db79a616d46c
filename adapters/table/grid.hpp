// Grid rows: what every tabular format is before anybody asks what its columns mean.
//
// A CSV line, a row of a sheet and an XML record are all a list of fields with column numbers. The reader of
// the format fills GridRows in document order; TableReader (reader.hpp) turns them into cells as a Layout
// says.
//
// Shape    fields in ascending order of their columns; a column without a field is empty. Texts are UTF-8 and
//          unquoted, entities resolved. Views live for the call.
// Numbers  FieldKind::number is for formats that have numbers (XLSX): `text` holds the digits as they are
//          shown, with '.' for the decimal mark, an optional '-' and no thousands marks ("74.6"); `raw` the
//          digits as they are stored ("74.599999999999994"). Everything in CSV and XML is text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace adapters::table {

enum class FieldKind : std::uint8_t {
    text,
    number,  ///< see above
    date,    ///< `text` is "2024-12-31" or "2024-12-31T08:15:00"
    boolean, ///< `text` is "true" or "false"
    error,   ///< a failed formula: `text` is "#NV", "#BEZUG!", "#DIV/0!" ...; never a number
};

struct Field {
    std::string_view text;
    std::string_view raw;     ///< as stored, where it differs from what is shown; else empty
    std::uint32_t column = 0; ///< 1-based
    FieldKind kind = FieldKind::text;
    bool quoted = false; ///< stood in quotes (CSV): blanks belong to it, and it is no sign
    bool merged = false; ///< repeated from the first cell of a merged range
    bool hidden = false; ///< its column is hidden
};

struct GridRow {
    std::uint64_t line = 0; ///< 1-based: first physical line (CSV, XML), or row of the sheet
    std::span<Field const> fields;
    /// Fields that the source wrote, where each row must have as many as the header (CSV); 0 = any number.
    std::uint32_t width = 0;
    bool hidden = false; ///< the row is hidden
    bool plain = false;  ///< every field is a visible text, and fields[i] that of column i + 1
    /// Bytes that may be looked at beside the fields that lie in them; empty = none.
    std::string_view around;
};

} // namespace adapters::table
