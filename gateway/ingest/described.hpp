// Described cells: a table that says itself what its dimensions are (SDMX, JSON-stat, PX), under the names and codes
// that a feed description gives them.
//
// Stands between the reader and the harmonizer. Dimensions are renamed and their codes cut and recoded as a Place
// says; constants become dimensions of their own; measure, unit and signs are named or recoded. What the description
// does not know goes by its policy: a dimension refuses the document (or stays, visibly), a code stays (or sets its
// rows aside).
//
// Errors   Error structure_changed for a dimension that the message lacks, or that the description lacks
// Source   docs/feeds.md, "Tables that describe themselves"
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"

namespace gateway::ingest {

class DescribedCells final : public CellSink {
  public:
    /// `layout` and `to` must outlive it; `name` is for messages.
    DescribedCells(Layout const& layout, std::string name, CellSink& to);

    void table(TableInfo const& info) override;
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue issue) override { to_.issue(std::move(issue)); }
    void set_aside(SetAside const& row) override { to_.set_aside(row); }
    void finish(std::uint64_t rows) override;

  private:
    /// What sets the rows of a code aside.
    struct Fault {
        Errc code = Errc::unknown_code;
        std::string text, next_step;
    };
    void block_code(unsigned block, std::uint32_t id, SourceCode const& code);
    [[nodiscard]] LayoutDimension const* dimension_for(std::string_view variable) const;
    [[nodiscard]] std::optional<Fault> fault_of(LayoutDimension const& dimension, std::string const& code,
                                                std::string_view label) const;
    [[nodiscard]] bool is_measure_or_unit(std::string_view variable) const;
    void require_all_dimensions();

    Layout const& layout_;
    std::string name_;
    CellSink& to_;
    unsigned blocks_ = 0; ///< of the source
    std::vector<LayoutDimension const*> constants_;
    std::vector<std::string> seen_; ///< variables of the source, in order
    std::vector<LayoutDimension const*> found_;
    std::vector<std::map<std::uint32_t, Fault>> faults_; ///< by block and number of the code
    bool has_faults_ = false, is_complete_ = false;
    std::vector<bool> closing_; ///< by number of the sign
    std::map<std::pair<Errc, std::string>, Issue> aside_;
    std::vector<Cell> cells_;
    std::vector<std::uint32_t> codes_;
};

/// Names of SDMX components and of dimensions compare without regard to capitals.
bool same_name(std::string_view a, std::string_view b) noexcept;

} // namespace gateway::ingest
