// The header of a table: which column is what.
//
// A header may have several rows above each other. The path of a column is its texts from the top down, joined
// by " / "; an empty upper cell continues the one to its left. A Layout names a column by its path, by the end
// of it, or by a pattern; blanks and footnote marks do not count. A header that misses the name wanted by one
// or two letters ("Altersgrupppe") is taken where only one is that near, and reported.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/table/grid.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/layout.hpp"

namespace adapters::table {

/// A column that Kreislauf adds to the rows it hands back: why each was set aside. It is read by nobody.
inline constexpr std::string_view reason_column = "KREISLAUF_GRUND";

/// One row of a header, tidy, by column from 1 (index 0 is unused).
struct HeaderRow {
    std::uint64_t line = 0;
    std::vector<std::string> texts;
    [[nodiscard]] std::string_view at(std::uint32_t column) const noexcept {
        return column < texts.size() ? std::string_view{texts[column]} : std::string_view{};
    }
};

HeaderRow header_row(GridRow const& row);

class Header {
  public:
    Header() = default;
    explicit Header(std::vector<HeaderRow> rows);

    [[nodiscard]] std::uint32_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::string const& path(std::uint32_t column) const noexcept { return paths_[column]; }
    /// Text of row `row` (from 1) above a column, continued from the left where it is empty.
    [[nodiscard]] std::string_view above(std::uint32_t column, std::uint32_t row) const noexcept;
    [[nodiscard]] std::uint64_t line() const noexcept { return rows_.empty() ? 0 : rows_.front().line; }

    [[nodiscard]] bool named(std::uint32_t column, std::vector<std::string> const& names) const;
    /// The first column with one of the names; 0 = none.
    [[nodiscard]] std::uint32_t find(std::vector<std::string> const& names) const;
    /// The only column whose name is nearly one of these and that `taken` does not list; 0 = none.
    [[nodiscard]] std::uint32_t find_near(std::vector<std::string> const& names,
                                          std::vector<bool> const& taken) const;
    /// "'Year', 'GeoCode'": for messages, at most a dozen.
    [[nodiscard]] std::string listed() const;

  private:
    std::vector<HeaderRow> rows_; ///< upper rows filled from the left
    std::vector<std::string> paths_;
    std::uint32_t columns_ = 0;
};

/// Places of a layout that a header must have: those that name a column and are not optional.
std::vector<gateway::Place const*> wanted_places(gateway::Layout const& layout);

} // namespace adapters::table
