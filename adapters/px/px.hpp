// PX (PC-Axis): cubes as keywords and one block of numbers.
//
// Reads the sparse form (KEYS) too. A row that a sparse file leaves out is not zero here, though PC-Axis says so:
// it is absent, and reported once. Signs (".", "..", "-") come out as DATASYMBOL1-6 and DATASYMBOLNIL
// name them, else as they stand.
//
// Roles    time: TIMEVAL, or VARIABLE-TYPE "Time", or the name; measure: CONTVARIABLE; area: MAP or
//          VARIABLE-TYPE "Geographical". Texts are those of the file's main language.
// Charset  CODEPAGE (utf-8, iso-8859-1, iso-8859-15, windows-1252); CHARSET="ANSI" alone is windows-1252; without
//          both only ASCII or UTF-8 is read.
// Memory   the file in place, its texts, and one bit per row of a sparse file.
// Errors   Error malformed, truncated, wrong_charset, not_a_table with line and column; those of adapters/cube.
// Source   PX-file format specification 2013 (Statistics Sweden); docs/adapters/px.md
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/cube/cube.hpp"
#include "gateway/core/cells.hpp"

namespace adapters::px {

/// True where `bytes` begin with a keyword of PX files.
bool looks_like_px(std::string_view bytes) noexcept;

class PxFile {
  public:
    /// Reads the keywords. `bytes` must outlive the file; `name` stands in errors.
    PxFile(std::string_view bytes, std::string name);
    ~PxFile();
    PxFile(PxFile&&) noexcept;
    PxFile& operator=(PxFile&&) noexcept;

    [[nodiscard]] cube::Cube const& cube() const noexcept;
    [[nodiscard]] std::string const& title() const noexcept;
    [[nodiscard]] std::string const& source() const noexcept;
    [[nodiscard]] std::string const& updated() const noexcept; ///< LAST-UPDATED as written
    [[nodiscard]] std::uint64_t values() const noexcept;       ///< product of the sizes
    /// `geo_variable` renames the area dimension, for the mapping ("KREISE"); empty = its own name.
    void read(gateway::CellSink& sink, std::string const& geo_variable = "") const;
    void read(gateway::CellSink& sink, cube::Roles const& roles) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace adapters::px
