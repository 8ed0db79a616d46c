// Where the table of a sheet is: the rows of figures, the units and headings above them, which column is what.
// Internal to feed_draft_xlsx.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/ingest/feed_draft_sheet.hpp"

namespace gateway::ingest::draft {

class SheetTable {
  protected:
    /// \throws Error not_a_table for a sheet without figures
    SheetTable(Sheet const& sheet, std::string const& name, std::string const& file_name);

    [[nodiscard]] GridLine const& at(std::size_t index) const { return sheet_.lines()[index]; }
    [[nodiscard]] std::uint64_t start() const {
        return at(first_unit_ < first_ ? first_unit_ : first_).number;
    }
    /// Texts above a column, from the top; titles over the whole table and rows of units are left out.
    [[nodiscard]] std::string path_of(std::uint32_t column) const;
    [[nodiscard]] std::string year_above(std::uint32_t column) const;

    Sheet const& sheet_;
    std::string name_, file_name_;
    std::vector<bool> is_data_;
    std::size_t first_ = 0, last_ = 0, first_unit_ = 0;
    std::uint32_t key_ = 0, time_ = 0;
    std::uint64_t year_line_ = 0,
                  year_rows_ = 0; ///< a row of the heading with the years, and how many from there
    std::vector<std::uint32_t> values_;
    std::vector<std::pair<std::uint32_t, bool>> texts_; ///< with whether some of their fields are empty
    std::map<std::string, bool> units_;
    std::map<std::uint32_t, std::vector<std::uint64_t>> empty_; ///< rows without a figure, by column
    std::vector<std::uint64_t> textless_;                       ///< rows of figures without any text
    std::string time_variable_ = "JAHR";
    bool uses_hidden_ = false;

  private:
    void find_data();
    void find_columns();
    void find_years_across();
    void find_gaps(GridLine const& row, bool is_data);
};

} // namespace gateway::ingest::draft
