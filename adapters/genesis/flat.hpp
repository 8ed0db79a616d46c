// Flat files (ffcsv): version 5 (long, one value per row) and version 4 (wide, one column per measure).
//
// Columns are found by position, because English v4 headers repeat names. A row that lacks one field is kept
// back until the whole document is known and is delivered last, if what the other rows say leaves exactly one
// reading (flat_repair.hpp). The rules and messages are in docs/adapters/genesis-format.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/reader_dictionary.hpp"
#include "adapters/genesis/reader_output.hpp"
#include "adapters/genesis/reader_rows.hpp"

namespace adapters::genesis {

/// What the header line promises. Columns count from 0.
struct FlatLayout {
    struct Measure { ///< v4 only
        std::uint32_t column = 0;
        std::uint32_t quality_column = 0; ///< 0 = none
        std::string code, label, unit;
    };
    bool wide = false;    ///< version 4
    std::string language; ///< v4: by header; v5: empty, the header is English in both
    /// v4: by header; v5: what the reader was told, '\0' where nobody knew.
    char decimal_mark = '\0';
    unsigned blocks = 0;
    std::uint32_t columns = 0;
    std::uint32_t read_columns = 0; ///< without the reasons of rows that were handed back, the last column
    bool quality = false;
    std::vector<Measure> measures;
    std::vector<std::string> names; ///< as served, without byte order mark

    static constexpr std::uint32_t first_block = 5;
    [[nodiscard]] std::uint32_t block(unsigned index) const noexcept { return first_block + 4 * index; }
    /// v5: the value; v4: the first measure.
    [[nodiscard]] std::uint32_t value() const noexcept { return block(blocks); }
};

/// Whether a header line is one of a flat file; reads no further than the first names.
bool is_flat_header(Row const& header);
/// \throws Error malformed naming the field, wrong_charset
FlatLayout read_flat_layout(Row const& header);

/// A row with one field too few, kept until everything else is known.
struct ShortRow {
    std::uint64_t line = 0;
    std::string text;
    std::vector<std::uint32_t> ends;
};

/// The mark of a v5 document, decided by its first number with a mark. Gets the mark that this reader met
/// first and returns the one in force; needed where several readers share a document.
using FirstMark = std::function<char(char)>;

class FlatReader {
  public:
    FlatReader(FlatLayout layout, Output& output, FirstMark first_mark = {});
    void row(Row const& row);
    void bad_row(std::uint64_t line, BadRow why, std::string_view text);
    /// Reads the rows kept back with what `readers` (this one among them) have seen, then ends the output.
    /// `is_whole` is false for a part of a document, which may be empty.
    void finish(std::vector<FlatReader const*> const& readers, bool is_whole);

    [[nodiscard]] FlatLayout const& layout() const noexcept { return layout_; }
    [[nodiscard]] Dictionary const& statistics() const noexcept { return statistics_; }
    [[nodiscard]] Dictionary const& times() const noexcept { return times_; }
    [[nodiscard]] Dictionary const& measures() const noexcept { return measures_; }
    [[nodiscard]] Dictionary const& block(unsigned index) const noexcept { return blocks_[index]; }
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

  private:
    struct Ids {
        std::uint32_t statistic = no_code, time = no_code, measure = no_code;
        bool complete = true;
    };
    void odd_row(Row const& row);
    bool learn(Row const& row, Ids& ids);
    bool learn_group(Row const& row, std::uint32_t first, gateway::SourceCode const& code,
                     Dictionary const& known);
    void announce_table(Row const& row);
    bool read_value(Row const& row, std::uint32_t column, gateway::Cell& cell);
    bool read_quality(Row const& row, std::uint32_t column, gateway::Cell& cell);
    void deliver(Row const& row, Ids const& ids);
    void set_aside(gateway::Errc code, Row const& row, std::uint32_t column, std::string text,
                   std::string next_step);
    void repair(ShortRow const& kept, class FlatKnowledge const& knowledge);
    [[nodiscard]] std::string_view content(Row const& row, std::uint32_t column, std::size_t slot);

    FlatLayout layout_;
    Output& output_;
    FirstMark first_mark_;
    char mark_ = '\0'; ///< '\0' until known
    std::uint64_t rows_ = 0;
    Dictionary statistics_, times_, measures_;
    std::vector<Dictionary> blocks_;
    std::vector<std::uint32_t> block_ids_;
    std::vector<gateway::Cell> row_cells_;
    std::vector<ShortRow> kept_;
    std::size_t kept_bytes_ = 0;
    std::uint32_t missing_column_ = no_code; ///< of the row being repaired
    std::string scratch_[4];
};

} // namespace adapters::genesis
