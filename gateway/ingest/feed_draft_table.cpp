#include "gateway/ingest/feed_draft_table.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {

SheetTable::SheetTable(Sheet const& sheet, std::string const& name, std::string const& file_name)
    : sheet_(sheet), name_(name), file_name_(file_name) {
    find_data();
    find_columns();
}

/// Rows of figures are those with about as many numbers as most rows that have several.
void SheetTable::find_data() {
    auto const& lines = sheet_.lines();
    std::map<std::size_t, std::size_t> widths;
    for (auto const& each : lines)
        if (auto const count = numbers_of(each); count > 0 && !is_running(each)) ++widths[count];
    std::size_t usual = 0;
    std::size_t times = 0;
    for (auto const& [width, count] : widths)
        if (count >= times) {
            usual = width;
            times = count;
        }
    auto const least = std::max<std::size_t>(1, usual / 2);
    is_data_.resize(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
        is_data_[i] = lines[i].cells.size() > 1 && numbers_of(lines[i]) >= least && !is_running(lines[i]) &&
                      !is_unit_line(lines[i]) && !is_heading_of_years(lines[i]);
    auto const first = std::find(is_data_.begin(), is_data_.end(), true);
    if (first == is_data_.end())
        throw Error{Errc::not_a_table, file_name_ + ": the sheet '" + name_ + "' has no row with figures"};
    first_ = static_cast<std::size_t>(first - is_data_.begin());
    last_ = is_data_.size() - 1;
    while (!is_data_[last_]) --last_;
    first_unit_ = first_;
    for (std::size_t i = first_; i-- > 0 && first_ - i <= 3;)
        if (is_unit_line(lines[i])) first_unit_ = i;
}

void SheetTable::find_columns() {
    struct Count {
        std::size_t filled = 0, numbers = 0, years = 0, whole = 0, dates = 0;
        std::set<std::string> texts;
    };
    std::map<std::uint32_t, Count> counts;
    std::size_t rows = 0;
    for (auto i = first_; i <= last_; ++i) {
        if (!is_data_[i]) continue;
        ++rows;
        for (auto const& [column, cell] : at(i).cells) {
            auto& count = counts[column];
            ++count.filled;
            count.years += is_year(cell) ? 1U : 0U;
            count.whole += is_whole(cell) ? 1U : 0U;
            count.dates += parse_date(cell.text) ? 1U : 0U;
            count.numbers += cell.is_number || is_sign(cell.text) ? 1U : 0U;
            if (!cell.is_number) count.texts.insert(cell.text);
        }
    }
    for (auto const& [column, count] : counts) {
        auto const heading = path_of(column);
        bool const is_key = count.whole * 10 >= count.filled * 9 &&
                            (sheet_.is_hidden(column) || says(heading, {"ags", "schl", "kennz"}) ||
                             heading == "Nr." || heading == "Key");
        if (is_key && key_ == 0 && values_.empty())
            key_ = column;
        else if (count.years * 10 >= count.filled * 9 && time_ == 0 && values_.empty())
            time_ = column;
        else if (count.dates * 10 >= count.filled * 9 && time_ == 0 && values_.empty()) {
            time_ = column;
            time_variable_ = "STAG";
        } else if (auto const form = time_form_of(count.texts);
                   form.is_sure && !form.compares && count.numbers == 0 && time_ == 0 && values_.empty()) {
            time_ = column;
            time_variable_ = form.variable;
        } else if (sheet_.is_hidden(column))
            continue;
        else if (count.numbers * 2 >= count.filled && count.filled * 5 >= rows)
            values_.push_back(column);
        else if (count.filled * 5 >= rows)
            texts_.push_back({column, false});
    }
    for (auto i = first_; i <= last_; ++i) find_gaps(at(i), is_data_[i]);
    if (time_ == 0) find_years_across();
    uses_hidden_ = key_ != 0 && sheet_.is_hidden(key_);
    if (values_.empty())
        throw Error{Errc::not_a_table, file_name_ + ": the sheet '" + name_ + "' has no column of figures"};
    for (auto i = first_unit_; i <= last_; ++i)
        if (!is_data_[i] && is_unit_line(at(i)))
            for (auto const column : values_)
                if (auto const cell = at(i).cells.find(column); cell != at(i).cells.end())
                    units_[without_mark(cell->second.text)] = true;
}

/// A row above the figures with a year over each of them.
void SheetTable::find_years_across() {
    auto const begin = first_unit_ < first_ ? first_unit_ : first_;
    for (auto i = begin; i-- > 0 && begin - i <= 8 && !values_.empty();) {
        auto const& cells = at(i).cells;
        if (!std::all_of(values_.begin(), values_.end(), [&cells](auto column) {
                auto const cell = cells.find(column);
                return cell != cells.end() && is_year(cell->second);
            }))
            continue;
        year_line_ = at(i).number;
        year_rows_ = begin - i;
        return;
    }
}

/// Texts that are missing from a row that has others, and rows that have none at all.
void SheetTable::find_gaps(GridLine const& row, bool is_data) {
    if (!is_data) return;
    auto const has = [&row](std::uint32_t column) { return column != 0 && row.cells.count(column) > 0; };
    bool const has_text =
        has(key_) || has(time_) ||
        std::any_of(texts_.begin(), texts_.end(), [&has](auto const& each) { return has(each.first); });
    if (!has_text && (key_ != 0 || time_ != 0 || !texts_.empty())) {
        textless_.push_back(row.number);
        return;
    }
    for (auto& [column, has_gaps] : texts_) has_gaps = has_gaps || !has(column);
    for (auto const column : values_)
        if (!has(column)) empty_[column].push_back(row.number);
}

std::string SheetTable::path_of(std::uint32_t column) const {
    std::string path;
    std::string last;
    for (std::size_t i = first_ > 8 ? first_ - 8 : 0; i < first_; ++i) {
        auto const& above = at(i);
        std::set<std::string> distinct;
        for (auto const& [other, cell] : above.cells) distinct.insert(cell.text);
        if (distinct.size() < 2 || is_running(above)) continue;
        auto const cell = above.cells.find(column);
        if (cell == above.cells.end() || cell->second.text == last) continue;
        if (is_unit_line(above) && is_unit(cell->second.text)) continue;
        if (above.number == year_line_) continue;
        last = cell->second.text;
        path += (path.empty() ? "" : " / ") + last;
    }
    return path;
}

std::string SheetTable::year_above(std::uint32_t column) const {
    for (auto const& each : sheet_.lines())
        if (each.number == year_line_) return each.cells.at(column).text;
    return {};
}

} // namespace gateway::ingest::draft
