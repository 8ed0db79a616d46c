// A sheet as a draft looks at it: rows of texts, merged ranges filled, and what its texts can mean. Internal to
// feed_draft_xlsx.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/workbook.hpp"

namespace gateway::ingest::draft {

struct GridCell {
    std::string text;
    bool is_number = false;
};
struct GridLine {
    std::uint64_t number = 0;
    std::map<std::uint32_t, GridCell> cells;
};

/// "/", "-", "...", "x", "(12)": what stands where a number is due.
bool is_sign(std::string_view text);
/// Digits, also with zeros behind a point.
bool is_whole(GridCell const& cell);
bool is_year(GridCell const& cell);
bool is_unit(std::string_view text);
std::string first_text(GridLine const& line);
/// A pattern that fits the text, in quotes; long ones by their beginning.
std::string pattern_of(std::string const& text);

/// Numbers and signs of a row.
std::size_t numbers_of(GridLine const& line);
/// 1 2 3, or 0 1 2, also with a gap or beginning twice.
bool is_running(GridLine const& line);
bool is_unit_line(GridLine const& line);
bool is_heading_of_years(GridLine const& line);
/// Without a footnote mark behind it.
std::string without_mark(std::string text);
/// The last year that a text mentions; empty where there is none.
std::string last_year_in(std::string_view text);

class Sheet {
  public:
    Sheet(adapters::xlsx::Workbook const& book, adapters::xlsx::SheetInfo const& info);
    [[nodiscard]] std::vector<GridLine> const& lines() const noexcept { return lines_; }
    [[nodiscard]] bool is_hidden(std::uint32_t column) const { return hidden_.count(column) > 0; }
    [[nodiscard]] bool has_hidden() const noexcept { return !hidden_.empty(); }

  private:
    void spread(std::vector<adapters::xlsx::MergedRange> const& merged);

    std::vector<GridLine> lines_;
    std::set<std::uint32_t> hidden_;
};

} // namespace gateway::ingest::draft
