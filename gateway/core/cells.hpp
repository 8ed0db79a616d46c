// Cells: what an adapter reads off a document, before harmonization.
//
// Every column is dictionary-coded: the reader announces each new code once, with its label, and then sends
// batches of cells that name codes by number. A row therefore allocates nothing, and whoever maps codes to
// the common schema does so once per code.
//
// Order    table(), then code()/sign() before the first cell that uses the number, cells() in document
//          order, issue() at any time, finish() once at the end.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/decimal.hpp"
#include "gateway/core/error.hpp"

namespace gateway {

/// What the header of a table says.
struct TableInfo {
    std::string layout;   ///< "ffcsv-v4", "ffcsv-v5", "cube"
    std::string language; ///< "de" or "en"
    char decimal_mark = ',';
    bool quality_column = false;
    unsigned blocks = 0;        ///< classifying variables per row
    std::string statistic_code; ///< "12411"; of the first data row (cubes: DQ-ERH); empty where none
    std::string statistic_label;
};

/// A code of one block (or of the time or measure column) as the source writes it. Views live for the call.
struct SourceCode {
    std::string_view variable;       ///< "GES"; for measures the unit text: "Anzahl"; for time "STAG"
    std::string_view variable_label; ///< "Geschlecht"
    std::string_view code;           ///< "GESW"; "" = total; for measures "BEVSTD"; for time "2023-12-31"
    std::string_view label;          ///< "weiblich"
};

/// Which column a code number belongs to. Blocks count from 0.
enum class Column : std::uint8_t { time, measure, block };

struct Cell {
    enum class Kind : std::uint8_t {
        number, ///< `number` holds the digits; `quality` may qualify it
        sign,   ///< `sign` stands in place of a number
        empty,  ///< nothing at all (v4, as a defect)
    };
    Decimal number;
    std::uint64_t line = 0;    ///< 1-based physical line in the unpacked document
    std::uint32_t time = 0;    ///< number in the time dictionary
    std::uint32_t measure = 0; ///< number in the measure dictionary
    std::uint16_t column = 0;  ///< 1-based field of the value
    Kind kind = Kind::empty;
    std::uint8_t sign = 0;    ///< number in the sign dictionary; 0 = none
    std::uint8_t quality = 0; ///< number in the sign dictionary of the quality column; 0 = none
};

/// A row, or a cell of it, that is set aside. Views live for the call.
struct SetAside {
    Errc code = Errc::malformed;
    Position position;
    std::string_view text, next_step;
};

class CellSink {
  public:
    CellSink() = default;
    CellSink(CellSink const&) = delete;
    CellSink& operator=(CellSink const&) = delete;
    virtual ~CellSink() = default;

    virtual void table(TableInfo const& info) = 0;
    /// Announces number `id` (dense from 0 per column) of the time, the measure or one block.
    virtual void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) = 0;
    /// Announces number `id` (from 1) of a sign or quality text.
    virtual void sign(std::uint8_t id, std::string_view text) = 0;
    /// `codes` holds info.blocks numbers per cell, in cell order.
    virtual void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) = 0;
    virtual void issue(Issue issue) = 0;
    /// One of those that issue() reports only together, as one issue with a count: for whoever lists every row.
    virtual void set_aside(SetAside const&) {}
    /// Rows read, whatever became of them.
    virtual void finish(std::uint64_t rows) = 0;
};

} // namespace gateway
