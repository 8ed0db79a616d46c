// Cubes (data/cubefile): blocks of K and D lines; the values are in block QEI.
//
// The header of QEI names axes, time and the value group once; each row has the group once per measure of
// DQI. Variants with and without metadata differ in the groups and in the other blocks; all of it is read
// from the header lines. Numbers have a decimal point in every language. A sign in QUALITAET that stands for
// "no number" wins over WERT, which is then 0 or a leftover.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/reader_dictionary.hpp"
#include "adapters/genesis/reader_output.hpp"
#include "adapters/genesis/reader_rows.hpp"

namespace adapters::genesis {

/// What the blocks before QEI say, and the header of QEI.
struct CubeLayout {
    struct Measure {
        std::string code, unit;
        std::vector<std::string> declared; ///< the fields of its DQI line as far as they are described
    };
    std::vector<std::string> block_names; ///< "DQ", "DQA" ... in order
    std::string cube;                     ///< DQ
    std::string statistic;                ///< DQ-ERH
    std::vector<std::string> axes;
    std::vector<std::string> times; ///< DQZ; one in every cube known
    std::vector<Measure> measures;
    std::vector<std::string> group; ///< names of the value group
    bool has_values = false;        ///< the header of QEI was read
    std::uint32_t value_at = 0;     ///< within the group
    std::uint32_t quality_at = no_code, locked_at = no_code, distorted_at = no_code;

    /// Field of the first group: D, the axes, the time.
    [[nodiscard]] std::uint32_t first_group() const noexcept {
        return static_cast<std::uint32_t>(axes.size()) + 2;
    }
    [[nodiscard]] std::uint32_t columns() const noexcept {
        return first_group() + static_cast<std::uint32_t>(group.size() * measures.size());
    }
};

/// True for the first line of a cube: the note about the export, or the first K line.
bool is_cube_start(Row const& row);

/// Reads the lines in front of the values.
class CubeHeader {
  public:
    /// True while the line belongs to the header; false for a row of values.
    /// \throws Error malformed naming line and field
    bool take(Row const& row);
    [[nodiscard]] CubeLayout const& layout() const noexcept { return layout_; }
    /// The lines that follow are values; a block behind QEI that nobody knows is passed over.
    [[nodiscard]] bool in_values() const noexcept { return block_ == "QEI"; }

  private:
    void block(Row const& row);
    void entry(Row const& row);
    void values(Row const& row);
    CubeLayout layout_;
    std::string block_;
};

/// Signs in QUALITAET that stand for a number; all others qualify it.
bool replaces_number(std::string_view sign) noexcept;

class CubeReader {
  public:
    explicit CubeReader(Output& output) : output_(output) {}
    void row(Row const& row);
    void bad_row(std::uint64_t line, BadRow why, std::string_view text);
    void finish();

  private:
    void announce_table();
    void value_row(Row const& row);
    bool read_codes(Row const& row);
    bool read_group(Row const& row, std::uint32_t first, gateway::Cell& cell);
    std::string_view content(Row const& row, std::uint32_t column);
    bool set_aside(gateway::Errc code, Row const& row, std::uint32_t column, std::string text);

    Output& output_;
    CubeHeader header_;
    std::uint64_t rows_ = 0;
    Dictionary times_;
    std::vector<Dictionary> axes_;
    std::vector<std::uint32_t> codes_;
    std::uint32_t time_ = 0;
    std::vector<gateway::Cell> row_cells_;
    std::string scratch_;
};

} // namespace adapters::genesis
