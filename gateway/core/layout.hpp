// Layout: how a table made for the eye, or a plain CSV, becomes cells.
//
// Filled by a feed description (mappings/feeds, gateway/harmonize/feed_description.hpp) and obeyed by the
// readers (adapters/table, csv, xlsx, xml). It says where each part of an observation stands; what a text
// means in the common schema is the mapping's business.
//
// Rows     are numbered as the source numbers them (lines of a file, rows of a sheet), columns from 1.
// Texts    compare after blanks at both ends are cut and runs of blanks (also no-break ones and line ends)
//          have become one. '*' at the end or the beginning of a pattern stands for anything.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway {

/// What happens to the unexpected: a column, a code or a value that the description does not know.
enum class Unexpected : std::uint8_t {
    evolve,     ///< taken as it is, visibly: a column becomes a dimension of its own, a code stays as written
    freeze,     ///< the document is refused
    set_aside,  ///< the row is set aside and reported
    drop_value, ///< the row is kept without what was not expected; reported
};

/// Delimited text. 0 and "auto" are decided by the reader, with proof, or refused.
struct CsvDialect {
    char delimiter = '\0';        ///< ',', ';', '\t', '|', ...
    char quote = '\0';            ///< '"', '\''; '\x01' = none
    std::string charset = "auto"; ///< "utf-8", "windows-1252", "iso-8859-1", "utf-16"
};

/// Where a text comes from, and what is cut off before it is a code.
struct Place {
    enum class From : std::uint8_t {
        nowhere,  ///< not given
        column,   ///< the field below a header
        header,   ///< row `number` of the header, above the value (wide tables)
        constant, ///< `text`, the same for every row
        sheet,    ///< the name of the sheet
        title,    ///< the row of the preamble whose first text fits `text`
    };
    From from = From::nowhere;
    /// Header of the column; parts of a header tree from the top down, joined by " / ". Several spellings.
    std::vector<std::string> headers;
    std::string text;
    std::uint32_t number = 0; ///< column where headers is empty, or row of the header (from 1)
    bool fill_down = false;   ///< an empty field repeats the one above (merged cells, grouped rows)
    bool optional = false;    ///< the column may be absent; then the text is empty

    // In this order:
    std::string after;                 ///< only what follows this text: "2005" of "2024 / 2005" with " / "
    std::string before;                ///< only what precedes this text
    std::vector<std::string> prefixes; ///< cut off where the text begins with one: "K", "RH", "MZ"
    std::string prepend;               ///< put before what does not begin with it: the Land's "03"
    bool footnotes = false;            ///< footnote marks behind the text are cut off and reported
    std::map<std::string, std::string, std::less<>> recode; ///< whole texts to codes
};

/// A classifying variable of the table. `variable` is a name that mappings/variables or the feed knows.
struct LayoutDimension {
    std::string variable;
    std::string label;
    Place place;
    Place name; ///< column with the name of what the key stands for
    /// Names that a key may have beside it; another name is a label_mismatch (rows shifted against keys).
    std::map<std::string, std::vector<std::string>, std::less<>> names;
    /// Key texts that mean "no key here" ("", "#NV"); the key is then found by its name, and reported.
    std::vector<std::string> missing;
    std::vector<std::string> known; ///< codes expected, where Layout::unexpected_code is not evolve
};

/// Columns of figures. A long table has one, a wide one many; each may fix codes of its own.
struct LayoutValue {
    std::vector<std::string> headers;                       ///< as Place::headers, with '*'
    std::uint32_t first = 0, last = 0;                      ///< columns by number, where headers is empty
    std::vector<std::pair<std::string, std::string>> codes; ///< variable to code, for these columns
    std::string measure, unit;                              ///< in place of those of the layout; may be empty
    int decimals = -1; ///< digits that the office means; more of them are a binary residue, if they are one
};

/// What a row is, by its texts. The first rule that fits decides; a row without a rule holds data.
struct LayoutRow {
    enum class Kind : std::uint8_t {
        data,
        skip,    ///< nothing of interest: totals that repeat, spacer lines
        unit,    ///< units of the columns below: "Anzahl", "Prozent"
        running, ///< running numbers 1 2 3
        caption, ///< a text for the rows below (a block's heading); goes to the dimension `variable`
        end,     ///< the table is over: footnotes, source, copyright follow
    };
    Kind kind = Kind::data;
    std::vector<std::string> match; ///< patterns for the first text of the row, or of `column`
    std::uint32_t column = 0;       ///< 0 = the first field with a text
    std::string variable;           ///< of a caption
};

/// Known defects of the source, found and named: rows that fit are refused, or, where the description knows what they
/// should say, read as corrected and reported.
struct LayoutDefect {
    std::vector<std::pair<std::string, std::vector<std::string>>> when; ///< header and patterns, all must fit
    std::vector<std::pair<std::string, std::string>>
        set; ///< header and the text to read instead; empty = refused
    std::string why;
    std::string next_step;
};

struct Layout {
    std::string feed;           ///< id, for messages and TableInfo::layout
    std::string format = "csv"; ///< "csv", "xlsx", "xml"
    CsvDialect csv;
    std::vector<std::string> sheets; ///< names or patterns; empty = the first that is not hidden
    std::string record;              ///< XML: path of a record; columns are paths within it
    bool hidden = false;             ///< read hidden rows, columns and sheets too

    char decimal = '\0';           ///< ',' or '.'; 0 = decided per column with proof
    char thousands = '\0';         ///< '.', ',', ' ', '\''; 0 = decided with proof; '\x01' = none
    std::uint32_t header_row = 0;  ///< first row of the header; 0 = the first with all `header_texts`
    std::uint32_t header_rows = 1; ///< rows above each other; 0 = none, columns by number only
    std::vector<LayoutRow> rows;

    std::string time_variable = "JAHR";
    Place time, measure, unit;
    std::map<std::string, std::string, std::less<>> measure_of_unit; ///< unit text to measure code
    std::vector<LayoutDimension> dimensions;
    std::vector<LayoutValue> values;
    Place sign;                                              ///< column with a remark beside the figure
    std::map<std::string, std::string, std::less<>> sign_of; ///< remark to sign of the office's dictionary
    /// Remarks that close a figure: digits beside them are never read, the sign stands in their place.
    std::vector<std::string> closing;
    std::vector<std::string> ignored; ///< headers of columns that are known and not wanted
    std::vector<LayoutDefect> defects;

    std::uint64_t rows_least = 0, rows_most = 0; ///< rows of data expected; 0 = no bound
    Unexpected unexpected_column = Unexpected::freeze;
    Unexpected unexpected_code = Unexpected::evolve;
    Unexpected unexpected_value = Unexpected::set_aside;
    std::string dropped_sign; ///< sign that stands for a dropped value
};

} // namespace gateway
