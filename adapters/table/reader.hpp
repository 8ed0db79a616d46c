// Table reader: grid rows to cells, as a Layout says. The same for CSV, sheets and XML records.
//
// Every text is looked up once: columns are dictionary-coded, codes are cut, recoded and compared with their
// names when they first occur, so that a row costs a few comparisons. Decimal and thousands marks are decided
// per column over the whole table, never per cell; the reader of a format may have to hand in its rows twice
// (needs_survey).
//
// Shape    one cell per figure; blocks in the order of Layout::dimensions. TableInfo::layout is
//          "feed:" and the feed's id.
// Errors   Error structure_changed for a missing column (or an unexpected one, where the policy is freeze),
//          ambiguous_number where no number of a column proves its marks; everything about one row is an Issue.
// Memory   grows with the number of distinct codes only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/table/grid.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"

namespace adapters::table {

class TableReader {
  public:
    /// `layout` and `sink` must outlive the reader.
    TableReader(gateway::Layout const& layout, gateway::CellSink& sink);
    ~TableReader();
    TableReader(TableReader&&) noexcept;
    TableReader& operator=(TableReader&&) noexcept;

    /// True where the layout leaves marks open and the format writes numbers as text: then every row goes
    /// through survey() first, and through row() after that.
    [[nodiscard]] bool needs_survey() const noexcept;
    /// In place of that, for formats that can read their rows again at any time: rows go through row() at once, and all
    /// of them through survey() only when a figure depends on what the rest of its column proves. `again` does that, from
    /// within row(). Cells are the same as after a survey; a column without proof, or with two, is found later. The reader must not be moved after that.
    void survey_on_demand(std::function<void()> again);
    void survey(GridRow const& row);
    void survey_sheet(std::string_view name);
    void end_survey();

    /// A new sheet begins; its header is looked for anew. Not needed for formats without sheets.
    void sheet(std::string_view name);
    void row(GridRow const& row);
    /// A row that the format's reader could not cut into fields; counted and reported.
    void broken_row(gateway::Issue issue);
    /// \throws Error structure_changed where no header was found, incomplete where rows are missing
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::unique_ptr<gateway::CellSink> nowhere_;
    std::unique_ptr<State> survey_; ///< reads the rows first, where marks are open
};

} // namespace adapters::table
