#include "adapters/xlsx/grid_rows.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace adapters::xlsx {

using table::Field;
using table::FieldKind;

namespace {

/// Errors as German Excel shows them, so that sheets and CSV files made from them agree.
std::string_view german(std::string_view error) noexcept {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{{{"#N/A", "#NV"},
                                                                                  {"#REF!", "#BEZUG!"},
                                                                                  {"#VALUE!", "#WERT!"},
                                                                                  {"#NUM!", "#ZAHL!"},
                                                                                  {"#CALC!", "#KALK!"}}};
    for (auto const& [english, name] : names)
        if (error == english) return name;
    return error;
}

/// What a format may write around digits without changing what they mean: their unit stands in the table too.
bool is_unit(std::string_view around) noexcept {
    constexpr std::array<std::string_view, 6> units{"%", "€", "EUR", "‰", "$", "T€"};
    return std::find(units.begin(), units.end(), around) != units.end();
}

} // namespace

GridRows::GridRows(std::vector<MergedRange> merged, bool hidden, char mark)
    : merged_(std::move(merged)), taken_(16385, false), hidden_(hidden), mark_(mark) {
    std::stable_sort(merged_.begin(), merged_.end(),
                     [](auto const& a, auto const& b) { return a.first_row < b.first_row; });
}

std::string_view GridRows::kept(std::string text) {
    if (texts_used_ == texts_.size()) texts_.push_back(std::make_unique<std::string>());
    auto& place = *texts_[texts_used_++];
    place = std::move(text);
    return place;
}

std::string GridRows::as_text(std::string_view digits) const {
    std::string text{digits};
    std::replace(text.begin(), text.end(), '.', mark_);
    return text;
}

void GridRows::add(SheetCell const& cell) {
    if (cell.hidden && !hidden_) {
        ++left_out_;
        return;
    }
    Field field;
    field.text = cell.text;
    field.raw = cell.stored;
    field.column = cell.column;
    field.hidden = cell.hidden;
    switch (cell.kind) {
    case SheetCell::Kind::text: break;
    case SheetCell::Kind::number:
        field.kind = FieldKind::number;
        if (cell.around == "()") {
            field.kind = FieldKind::text;
            field.text = kept("(" + as_text(cell.text) + ")");
        } else if (!cell.around.empty() && !is_unit(cell.around)) {
            field.kind = FieldKind::text; // not a plain number any more: judged, and reported, as a text
            field.text = kept(as_text(cell.text) + " " + std::string{cell.around});
        }
        break;
    case SheetCell::Kind::date:
        field.kind = FieldKind::date;
        if (cell.text.size() == 7 && cell.text[4] == '-') field.text = kept(std::string{cell.text} + "P1M");
        break;
    case SheetCell::Kind::boolean: field.kind = FieldKind::boolean; break;
    case SheetCell::Kind::error:
        field.kind = FieldKind::error;
        field.text = german(cell.text);
        break;
    case SheetCell::Kind::no_value:
        field.kind = FieldKind::error;
        field.text = "#KALK!";
        break;
    }
    fields_.push_back(field);
}

void GridRows::begin_ranges(SheetRow const& row) {
    std::erase_if(active_, [&](Active const& active) { return active.range.last_row < row.number; });
    for (; next_ < merged_.size() && merged_[next_].first_row <= row.number; ++next_) {
        auto const& range = merged_[next_];
        if (range.first_row != row.number) continue; // its first row holds nothing
        auto const first = std::find_if(row.cells.begin(), row.cells.end(), [&](SheetCell const& cell) {
            return cell.column == range.first_column;
        });
        if (first == row.cells.end() || first->kind != SheetCell::Kind::text) continue;
        // A heading over the whole sheet is a text of its first cell.
        if (range.last_column - range.first_column >= max_width) continue;
        if (active_.size() == max_active)
            throw gateway::Error{gateway::Errc::too_large, "row " + std::to_string(row.number) +
                                                               ": more than " + std::to_string(max_active) +
                                                               " merged ranges cover one row"};
        active_.push_back({range, std::string{first->text}, first->hidden});
    }
}

void GridRows::fill_ranges(SheetRow const& row) {
    auto const cells = fields_.size();
    for (auto const& field : fields_)
        if (field.column < taken_.size()) taken_[field.column] = true;
    for (auto const& active : active_) {
        if (active.hidden && !hidden_) continue;
        for (auto column = active.range.first_column; column <= active.range.last_column; ++column) {
            if (row.number == active.range.first_row && column == active.range.first_column) continue;
            if (taken_[column]) continue; // a cell under a merged range that holds something of its own
            taken_[column] = true;
            Field field;
            field.text = active.text;
            field.column = column;
            field.merged = true;
            fields_.push_back(field);
        }
    }
    for (auto const& field : fields_)
        if (field.column < taken_.size()) taken_[field.column] = false;
    if (fields_.size() > cells)
        std::sort(fields_.begin(), fields_.end(),
                  [](Field const& a, Field const& b) { return a.column < b.column; });
}

table::GridRow const& GridRows::row(SheetRow const& row) {
    fields_.clear();
    texts_used_ = 0;
    for (auto const& cell : row.cells) add(cell);
    if (next_ < merged_.size() || !active_.empty()) {
        begin_ranges(row);
        fill_ranges(row);
    }
    grid_.line = row.number;
    grid_.fields = fields_;
    grid_.hidden = row.hidden;
    return grid_;
}

} // namespace adapters::xlsx
