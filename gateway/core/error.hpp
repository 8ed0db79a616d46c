// Errors and issues.
//
// An operation that cannot be completed throws Error. A defect of one row is data, not an exception: an
// Issue, stored with the load and served with it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gateway {

/// What went wrong; the names are stable and appear in reports and JSON (to_string).
enum class Errc : std::uint8_t {
    malformed,          ///< bytes that do not follow their format
    short_row,          ///< fewer fields than the header promises, not repairable
    long_row,           ///< more fields than the header promises
    stub_row,           ///< a row without values, shifted left (GENESIS 52411-02-01-4, v4)
    repaired_row,       ///< a row that had exactly one reading and was read that way
    field_too_long,     ///< a field larger than any sound source sends
    unknown_sign,       ///< a quality sign that the office's dictionary does not list
    unknown_code,       ///< a code that its mapping does not know
    unknown_variable,   ///< a variable without mapping; its codes stay source codes
    unknown_unit,       ///< a unit text without mapping
    unknown_time,       ///< a time value no rule reads
    unknown_area,       ///< a region key that fits no level
    label_mismatch,     ///< one code with two labels inside one document
    wrong_decimal_mark, ///< "1.5" in a document with decimal comma, or the reverse
    overflow,           ///< more digits than Decimal holds
    duplicate_key,      ///< two rows for one cell
    missing_territory,  ///< '-' for an area that did not exist at that time
    level_not_loaded,   ///< a whole level of '-' under a parent with people in it
    level_vanished,     ///< a regional level that the last delivery had and this one lacks
    shifted_labels,     ///< names and keys of different rows
    lost_zeros,         ///< keys without their leading zero or Land prefix
    ambiguous_number,   ///< "1.234" where nothing proves which mark it is
    out_of_range,       ///< a value that its unit cannot have: a negative count, a share above 100
    part_exceeds_whole, ///< a part larger than its total
    exceeds_population, ///< more people than the area has inhabitants
    total_mismatch,     ///< a total that is not the sum of its parts, beyond what protection explains
    outside_validity,   ///< a number for an area that did not exist at that time
    sudden_change,      ///< a jump against the neighbouring period or the stored value
    incomplete,         ///< fewer cells, keys or rows than the structure promises
    personal_data,      ///< records of persons: refused before anything is kept
    unsupported_format, ///< a known format that is not read: .xls, encrypted, with macros
    empty_cell,         ///< neither number nor sign (GENESIS v4, as a defect)
    empty_document,     ///< nothing where rows are due
    structure_changed,  ///< columns or dimensions differ from the stored structure
    truncated,          ///< fewer bytes than announced
    checksum,           ///< CRC or SHA-256 does not agree
    too_large,          ///< a size or ratio limit was hit
    wrong_charset,      ///< not the character set that the format demands
    not_a_table,        ///< HTML, a JSON error or something else where a table is due
    source_unavailable, ///< network failure, 5xx, time-out: try again later
    source_refused,     ///< the source says no: credentials, gone, not permitted
    not_found,          ///< nothing under that name
    invalid_argument,   ///< the caller's words are off
    io,                 ///< the machine refused: disk full, permission
    corrupt_store,      ///< stored bytes disagree with their checksum
    conflict,           ///< someone else holds what is needed
};

std::string_view to_string(Errc code) noexcept;

/// An operation that cannot be completed. `what()` names place, thing and value.
class Error : public std::runtime_error {
  public:
    Error(Errc code, std::string const& text) : std::runtime_error(text), code_(code) {}
    [[nodiscard]] Errc code() const noexcept { return code_; }

  private:
    Errc code_;
};

enum class Severity : std::uint8_t { info, warning, error };

std::string_view to_string(Severity severity) noexcept;

/// Where in a document: 1-based; 0 = not known.
struct Position {
    std::uint64_t line = 0;
    std::uint32_t column = 0; ///< field number for tables, character for text
    friend bool operator==(Position const&, Position const&) = default;
};

/// A defect found while reading or harmonizing. `error` means that the row was set aside.
struct Issue {
    Errc code = Errc::malformed;
    Severity severity = Severity::error;
    Position position;
    std::string text;        ///< thing and value: "unknown code 'X' for variable GES"
    std::string next_step;   ///< what the reader of the report should do
    std::uint64_t count = 1; ///< rows with this cause, where a reader folds them
};

} // namespace gateway
