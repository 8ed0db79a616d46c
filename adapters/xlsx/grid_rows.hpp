// Rows of a sheet as grid rows: merged ranges, hidden columns, signs by format. Internal to table.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/table/grid.hpp"
#include "adapters/xlsx/workbook.hpp"

namespace adapters::xlsx {

class GridRows {
  public:
    static constexpr std::uint32_t max_width = 1024; ///< of a merged range whose text is repeated
    static constexpr std::size_t max_active = 4096;  ///< ranges over one row

    /// `merged` as facts() gives them; `hidden` keeps hidden columns. `mark` stands in numbers that come as texts,
    /// because their format makes a sign of them.
    GridRows(std::vector<MergedRange> merged, bool hidden, char mark = '.');

    /// The grid row for `row`; views live until the next call.
    table::GridRow const& row(SheetRow const& row);
    /// Cells left out because their column is hidden.
    [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

  private:
    /// A merged range that has begun, with the text of its first cell.
    struct Active {
        MergedRange range;
        std::string text;
        bool hidden = false;
    };
    void begin_ranges(SheetRow const& row);
    void fill_ranges(SheetRow const& row);
    void add(SheetCell const& cell);
    [[nodiscard]] std::string as_text(std::string_view digits) const;
    std::string_view kept(std::string text);

    std::vector<MergedRange> merged_; // by first row
    std::size_t next_ = 0;
    std::vector<Active> active_;
    std::vector<bool> taken_; // columns of the row at hand that hold something
    bool hidden_;
    char mark_;
    std::uint64_t left_out_ = 0;
    std::vector<table::Field> fields_;
    std::vector<std::unique_ptr<std::string>> texts_; // made for this row; texts must not move
    std::size_t texts_used_ = 0;
    table::GridRow grid_;
};

} // namespace adapters::xlsx
