// Workbooks (.xlsx): sheets, and their rows one after the other.
//
// A cell comes as the reader of the sheet sees it: a number with the digits its format shows, a date as ISO
// text, an error as the text it is. The stored digits are kept beside it. Nothing is guessed: a formula that was
// saved without a result has no value, and says so.
//
// Shape    rows in the order of the file, blank cells left out. Numbers have '.' and no thousands marks.
// Memory   shared strings and styles of the workbook; of a sheet one piece of 256 KiB and one row.
// Errors   Error not_a_table for what is no workbook, with what to do (macros, encrypted, .xls, .xlsb, .ods);
//          malformed, wrong_charset, truncated, checksum, too_large for broken ones, naming part, line and
//          column. What is odd about one row is an Issue, the row says that it is not sound.
// Source   ECMA-376 part 1, 18.2 and 18.3; docs/adapters/xlsx.md
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"

namespace adapters::xlsx {

struct SheetInfo {
    enum class State : std::uint8_t { visible, hidden, very_hidden };
    std::string name;
    State state = State::visible;
    std::string part; ///< "xl/worksheets/sheet1.xml"; empty for sheets that hold no cells (charts)
};

struct SheetCell {
    enum class Kind : std::uint8_t {
        text,
        number,
        date,
        boolean,  ///< "true", "false"
        error,    ///< "#N/A", "#REF!", "#DIV/0!" as the file has them (English); dates that are no day
        no_value, ///< a formula without a saved result; `text` is empty
    };
    std::string_view text;
    std::string_view stored; ///< as stored, where that differs from `text`
    /// What the format writes around the digits, blanks left out: "%" ("0.0%" has 74.5 for 0.745), "()", "€".
    std::string_view around;
    std::uint32_t column = 0; ///< 1-based
    Kind kind = Kind::text;
    bool formula = false;
    bool hidden = false; ///< its column is hidden
};

/// Views live for the call.
struct SheetRow {
    std::uint64_t number = 0; ///< 1-based
    std::span<SheetCell const> cells;
    bool hidden = false;
    bool sound = true; ///< false where an issue was reported: the row is to be set aside
};

struct MergedRange {
    std::uint32_t first_row = 0, last_row = 0, first_column = 0, last_column = 0;
    friend bool operator==(MergedRange const&, MergedRange const&) = default;
};

/// What a sheet holds, from one pass.
struct SheetFacts {
    std::uint64_t rows = 0; ///< with at least one cell that is not blank
    std::uint64_t cells = 0;
    std::uint64_t numbers = 0;
    std::uint64_t formulas = 0;
    std::uint64_t errors = 0;
    std::uint64_t hidden_rows = 0;
    std::uint64_t hidden_cells = 0; ///< in hidden columns
    std::vector<MergedRange> merged;
};

/// "A1" style name of a cell, as issues name it.
std::string cell_name(std::uint64_t row, std::uint32_t column);

class Workbook {
  public:
    using RowSink = std::function<void(SheetRow const&)>;
    using IssueSink = std::function<void(gateway::Issue)>;

    /// `bytes` must outlive the workbook; `name` stands in errors.
    Workbook(std::string_view bytes, std::string name);
    ~Workbook();
    Workbook(Workbook&&) noexcept;
    Workbook& operator=(Workbook&&) noexcept;

    [[nodiscard]] std::vector<SheetInfo> const& sheets() const noexcept;
    /// \throws Error not_found listing the names
    [[nodiscard]] SheetInfo const& sheet(std::string_view name) const;
    /// Days count from 1904-01-01 (old Macintosh workbooks).
    [[nodiscard]] bool epoch_1904() const noexcept;

    /// Hands every row with a cell to `row`. Position::line of an issue is the row, column the column; its text
    /// names sheet and cell.
    void read(SheetInfo const& sheet, RowSink const& row, IssueSink const& issue) const;
    /// Merged ranges and counts; a pass of its own, because merged ranges stand at the end of a sheet.
    [[nodiscard]] SheetFacts facts(SheetInfo const& sheet) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace adapters::xlsx
