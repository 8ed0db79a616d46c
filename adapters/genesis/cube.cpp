#include "adapters/genesis/cube.hpp"

#include "adapters/genesis/reader_text.hpp"
#include "adapters/genesis/reader_value.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Cell;
using gateway::Column;
using gateway::Errc;
using gateway::Error;
using gateway::Severity;

std::string_view CubeReader::content(Row const& row, std::uint32_t column) {
    return unquoted(row.field(column), scratch_);
}

bool CubeReader::set_aside(Errc code, Row const& row, std::uint32_t column, std::string text) {
    output_.issue(code, Severity::error, row.line, column + 1, std::move(text),
                  "compare the row with the source; the raw bytes are in the archive");
    return false;
}

void CubeReader::row(Row const& row) {
    if (header_.in_values() && row.fields == header_.layout().columns() && row.field(0) == "D") {
        value_row(row);
        return;
    }
    if (row.fields == 1 && row.field(0).empty()) {
        set_aside(Errc::malformed, row, 0, "an empty line");
        return;
    }
    if (header_.take(row)) {
        if (header_.layout().has_values && !output_.has_table()) announce_table();
        return;
    }
    ++rows_;
    auto const due = header_.layout().columns();
    auto const text = std::to_string(row.fields) + " fields where " + std::to_string(due) + " are due: '" +
                      shown(row.text(), 200) + "'";
    if (!is_clean_utf8(row.text()))
        set_aside(Errc::wrong_charset, row, 0, "not UTF-8 or NUL: " + text);
    else
        set_aside(row.fields < due ? Errc::short_row : Errc::long_row, row, std::min(row.fields, due), text);
}

void CubeReader::announce_table() {
    auto const& layout = header_.layout();
    gateway::TableInfo info;
    info.layout = "cube";
    info.language = "de";
    info.decimal_mark = '.';
    info.quality_column = layout.quality_at != no_code;
    info.blocks = static_cast<unsigned>(layout.axes.size());
    info.statistic_code = layout.statistic;
    output_.table(info);
    axes_.resize(layout.axes.size());
    codes_.resize(layout.axes.size());
    for (std::uint32_t i = 0; i < layout.measures.size(); ++i)
        output_.code(Column::measure, 0, i, {layout.measures[i].unit, {}, layout.measures[i].code, {}});
}

bool CubeReader::read_codes(Row const& row) {
    auto const& layout = header_.layout();
    auto const time_field = static_cast<std::uint32_t>(layout.axes.size()) + 1;
    auto unknown = false;
    for (std::uint32_t i = 0; i < axes_.size(); ++i) {
        codes_[i] = axes_[i].find(row.field(i + 1), row.field(i + 1));
        unknown |= codes_[i] == no_code;
    }
    time_ = times_.find(row.field(time_field), row.field(time_field));
    if (!unknown && time_ != no_code) return true;

    for (std::uint32_t i = 1; i < row.fields; ++i) {
        if (row.field(i).size() > max_field_bytes)
            return set_aside(Errc::field_too_long, row, i,
                             "a field of " + std::to_string(row.field(i).size()) + " bytes: '" +
                                 shown(row.field(i), 40) + "'");
        if (!is_clean_utf8(row.field(i)))
            return set_aside(Errc::wrong_charset, row, i,
                             "'" + shown(row.field(i)) + "' is not UTF-8 or holds NUL");
    }
    for (std::uint32_t i = 0; i < axes_.size(); ++i) {
        if (codes_[i] != no_code) continue;
        auto const before = axes_[i].size();
        codes_[i] = axes_[i].intern({layout.axes[i], {}, content(row, i + 1), {}}, row.field(i + 1),
                                    row.field(i + 1));
        if (axes_[i].size() != before) output_.code(Column::block, i, codes_[i], axes_[i].code(codes_[i]));
    }
    if (time_ == no_code) {
        auto const before = times_.size();
        time_ = times_.intern({layout.times[0], {}, content(row, time_field), {}}, row.field(time_field),
                              row.field(time_field));
        if (times_.size() != before) output_.code(Column::time, 0, time_, times_.code(time_));
    }
    return true;
}

void CubeReader::value_row(Row const& row) {
    ++rows_;
    auto const& layout = header_.layout();
    if (!read_codes(row)) return;
    row_cells_.clear();
    Cell cell;
    cell.line = row.line;
    cell.time = time_;
    auto const group = static_cast<std::uint32_t>(layout.group.size());
    for (std::uint32_t i = 0; i < layout.measures.size(); ++i) {
        cell.measure = i;
        if (!read_group(row, layout.first_group() + i * group, cell)) return;
        row_cells_.push_back(cell);
    }
    for (auto const& ready : row_cells_) output_.cell(ready, codes_.data());
}

bool CubeReader::read_group(Row const& row, std::uint32_t first, Cell& cell) {
    auto const& layout = header_.layout();
    auto const column = first + layout.value_at;
    cell.column = static_cast<std::uint16_t>(column + 1);
    cell.sign = 0;
    cell.quality = 0;
    cell.number = {};
    cell.kind = Cell::Kind::empty;
    // What a locked or distorted value means is documented nowhere; it must not pass for a plain one.
    if (layout.locked_at != no_code && !content(row, first + layout.locked_at).empty())
        return set_aside(Errc::unknown_sign, row, first + layout.locked_at,
                         "GESPERRT is '" + shown(content(row, first + layout.locked_at)) +
                             "': a locked value");
    if (layout.distorted_at != no_code) {
        auto const text = content(row, first + layout.distorted_at);
        auto const read = read_number(text);
        if (read.kind != ReadNumber::Kind::empty &&
            !(read.kind == ReadNumber::Kind::number && read.value.is_zero()))
            return set_aside(Errc::unknown_sign, row, first + layout.distorted_at,
                             "WERT-VERFAELSCHT is '" + shown(text) + "': a value distorted for secrecy");
    }
    if (layout.quality_at != no_code) {
        auto const text = content(row, first + layout.quality_at);
        auto const sign = output_.sign(text);
        if (!sign)
            return set_aside(Errc::malformed, row, first + layout.quality_at,
                             "'" + shown(text) + "' is not a quality sign");
        if (replaces_number(text)) {
            cell.kind = Cell::Kind::sign;
            cell.sign = *sign;
            return true;
        }
        cell.quality = *sign;
    }
    auto const text = content(row, column);
    auto const read = read_number(text);
    switch (read.kind) {
    case ReadNumber::Kind::number:
        if (read.mark == ',')
            return set_aside(Errc::wrong_decimal_mark, row, column,
                             "'" + shown(text) + "' has the decimal mark ',', cubes use '.'");
        cell.kind = Cell::Kind::number;
        cell.number = read.value;
        return true;
    case ReadNumber::Kind::empty: return true;
    case ReadNumber::Kind::sign: {
        auto const sign = output_.sign(text);
        if (!sign) break;
        cell.kind = Cell::Kind::sign;
        cell.sign = *sign;
        return true;
    }
    case ReadNumber::Kind::overflow:
        return set_aside(Errc::overflow, row, column, "'" + shown(text) + "' has more than 18 digits");
    case ReadNumber::Kind::malformed: break;
    }
    return set_aside(Errc::malformed, row, column,
                     "'" + shown(text) + "' is neither a number nor a quality sign");
}

void CubeReader::bad_row(std::uint64_t line, BadRow why, std::string_view text) {
    if (!header_.layout().has_values)
        throw Error(Errc::malformed, "line " + std::to_string(line) +
                                         ": the head of the cube cannot be read: '" + shown(text) + "'");
    ++rows_;
    auto const* const what = why == BadRow::quote_not_closed    ? "a quotation mark that is never closed"
                             : why == BadRow::text_behind_quote ? "text behind a closing quotation mark"
                                                                : "no line end within 262144 bytes";
    output_.issue(why == BadRow::no_line_end ? Errc::field_too_long : Errc::malformed, Severity::error, line,
                  0, std::string{what} + ": '" + shown(text) + "'", "fetch the cube again");
}

void CubeReader::finish() {
    if (!header_.layout().has_values)
        throw Error(Errc::truncated, "the cube ends before its block QEI: fetch it again");
    if (rows_ == 0)
        output_.issue(Errc::empty_document, Severity::error, 0, 0, "the cube is listed but holds no values",
                      "check whether the source has filled it");
    output_.finish(rows_);
}

} // namespace adapters::genesis
