// Joined cells: what an SDMX structure map says of several components at once, and what a recode cannot say.
//
// Stands between the reader of a table that describes itself and DescribedCells. Each join looks at some dimensions of
// a cell together and gives it others, its measure or its unit, as the first row of its map says that fits: whole
// codes, or regular expressions whose groups the targets name (\1). Rows without an expression come first. Dimensions
// that only joins speak of are handed on under "NAME (joined)", for the layout to ignore.
//
// A cell that no row fits is set aside.
//
// Errors   Error structure_changed where a component that a join names is no dimension of the message
// Source   SDMX 3.0 section 3, structure mapping
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sdmx/structure.hpp"
#include "gateway/core/cells.hpp"

namespace gateway::ingest {

struct Join {
    struct Target {
        enum class Kind : std::uint8_t { dimension, measure, unit };
        Kind kind = Kind::dimension;
        std::string variable;
    };
    std::string map; ///< for messages
    std::vector<std::string> sources;
    std::vector<Target> targets;
    std::vector<adapters::sdmx::MapRow> rows; ///< as many sources and targets each
};

/// Under which name a dimension is handed on that only joins speak of.
std::string joined_name(std::string_view variable);

class JoinedCells final : public CellSink {
  public:
    /// `consumed` are the dimensions that only joins speak of. `name` is for messages.
    JoinedCells(std::vector<Join> joins, std::vector<std::string> consumed, std::string name, CellSink& to);
    ~JoinedCells() override;

    void table(TableInfo const& info) override;
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override { to_.sign(id, text); }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue issue) override { to_.issue(std::move(issue)); }
    void set_aside(SetAside const& row) override { to_.set_aside(row); }
    void finish(std::uint64_t rows) override;

  private:
    struct Work; ///< a join and what it found so far
    struct Measure {
        std::string unit, unit_label, code, label;
        friend auto operator<=>(Measure const&, Measure const&) = default;
    };
    struct Found {
        bool fits = false;
        std::vector<std::string> texts;     ///< of the targets
        std::vector<std::uint32_t> numbers; ///< of the targets that are dimensions
    };
    void find_sources();
    Found const& found_for(Work& work, std::span<std::uint32_t const> codes);
    std::uint32_t measure_number(Measure measure);
    void leave_out(Work const& work, Cell const& cell, std::span<std::uint32_t const> codes);

    std::vector<Work> works_;
    std::vector<std::string> consumed_;
    std::string name_;
    CellSink& to_;
    unsigned blocks_ = 0; ///< of the source
    unsigned added_ = 0;
    bool has_sources_ = false, changes_measures_ = false;
    std::vector<std::string> variables_;          ///< by block
    std::vector<std::vector<std::string>> texts_; ///< by block and number
    std::vector<Measure> measures_;               ///< of the source, by number
    std::map<Measure, std::uint32_t> measure_numbers_;
    std::map<std::string, Issue> aside_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> codes_;
};

} // namespace gateway::ingest
