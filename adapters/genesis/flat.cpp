#include "adapters/genesis/flat.hpp"

#include <algorithm>
#include <utility>

#include "adapters/genesis/flat_repair.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "adapters/genesis/reader_value.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Cell;
using gateway::Column;
using gateway::Errc;
using gateway::Severity;
using gateway::SourceCode;

namespace {

// Rows kept back for repair; beyond that they are set aside at once.
constexpr std::size_t max_kept_bytes = std::size_t{8} << 20U;

constexpr char const* keep_raw = "compare the row with the source; the raw bytes are in the archive";
constexpr char const* wrong_mark =
    "a thousands mark, or a document in the other language: name the language it was asked for in, or report "
    "it to the source";
constexpr char const* fetch_again = "fetch the table again; if it stays, report it to the source";

/// The header of v5 is English in both languages; the label of the time variable tells. Empty where it is
/// none of the known ones.
std::string_view language_of(std::string_view time_label) {
    for (auto const* english : {"Year", "Years", "Reference date", "Month", "Quarter", "Half-year",
                                "School year", "Academic year", "Qualifying date", "Time"})
        if (time_label == english) return "en";
    for (auto const* german :
         {"Jahr", "Jahre", "Stichtag", "Monat", "Quartal", "Halbjahr", "Semester", "Schuljahr", "Zeit"})
        if (time_label == german) return "de";
    return {};
}

std::string fields_text(std::uint32_t count) {
    return std::to_string(count) + (count == 1 ? " field" : " fields");
}

} // namespace

FlatReader::FlatReader(FlatLayout layout, Output& output, FirstMark first_mark)
    : layout_(std::move(layout)), output_(output), first_mark_(std::move(first_mark)),
      blocks_(layout_.blocks), block_ids_(layout_.blocks) {
    mark_ = layout_.decimal_mark;
}

/// Content of a field; `slot` names a scratch that the next call with the same slot reuses.
std::string_view FlatReader::content(Row const& row, std::uint32_t column, std::size_t slot) {
    return unquoted(row.field(column), scratch_[slot]);
}

void FlatReader::row(Row const& row) {
    ++rows_;
    if (row.fields != layout_.columns) {
        odd_row(row);
        return;
    }
    Ids ids;
    auto const head = row.span(0, 2);
    ids.statistic = statistics_.find(head, head);
    ids.time = times_.find(row.span(2, 3), row.field(4));
    auto unknown = ids.statistic == no_code || ids.time == no_code;
    for (unsigned i = 0; i < layout_.blocks; ++i) {
        auto const column = layout_.block(i);
        block_ids_[i] = blocks_[i].find(row.span(column, 4), row.field(column + 2));
        unknown |= block_ids_[i] == no_code;
    }
    if (!layout_.wide) {
        auto const column = layout_.value() + 1;
        ids.measure = measures_.find(row.span(column, 3), row.span(column, 2));
        unknown |= ids.measure == no_code;
    }
    if (unknown && !learn(row, ids)) return;
    deliver(row, ids);
}

void FlatReader::deliver(Row const& row, Ids const& ids) {
    auto const& layout = layout_;
    row_cells_.clear();
    Cell cell;
    cell.line = row.line;
    cell.time = ids.time;
    if (!layout.wide) {
        cell.measure = ids.measure;
        if (!read_value(row, layout.value(), cell)) return;
        if (layout.quality && !read_quality(row, layout.value() + 4, cell)) return;
        output_.cell(cell, block_ids_.data());
        return;
    }
    // A row leaves whole or not at all.
    for (std::uint32_t i = 0; i < layout.measures.size(); ++i) {
        auto const& measure = layout.measures[i];
        cell.measure = i;
        cell.quality = 0;
        if (!read_value(row, measure.column, cell)) return;
        if (measure.quality_column != 0 && !read_quality(row, measure.quality_column, cell)) return;
        row_cells_.push_back(cell);
    }
    for (auto const& ready : row_cells_) output_.cell(ready, block_ids_.data());
}

bool FlatReader::read_value(Row const& row, std::uint32_t column, Cell& cell) {
    auto const text = row.quoted ? content(row, column, 0) : row.field(column);
    auto const read = read_number(text);
    // Where a field before the value is missing, the value stands one field further left.
    auto const shift = missing_column_ < column ? 1U : 0U;
    cell.column = static_cast<std::uint16_t>(column + 1 - shift);
    cell.sign = 0;
    cell.number = read.value;
    switch (read.kind) {
    case ReadNumber::Kind::number:
        cell.kind = Cell::Kind::number;
        if (read.mark == '\0' || read.mark == mark_) return true;
        if (mark_ == '\0') {
            mark_ = first_mark_ ? first_mark_(read.mark) : read.mark;
            if (read.mark == mark_) return true;
        }
        set_aside(Errc::wrong_decimal_mark, row, column,
                  "'" + shown(text) + "' has the decimal mark '" + read.mark + "', this document uses '" +
                      mark_ + "'",
                  wrong_mark);
        return false;
    case ReadNumber::Kind::empty:
        cell.kind = Cell::Kind::empty;
        cell.number = {};
        return true;
    case ReadNumber::Kind::sign: {
        auto const sign = output_.sign(text);
        if (!sign) break;
        cell.kind = Cell::Kind::sign;
        cell.number = {};
        cell.sign = *sign;
        return true;
    }
    case ReadNumber::Kind::overflow:
        set_aside(Errc::overflow, row, column, "'" + shown(text) + "' has more than 18 digits", keep_raw);
        return false;
    case ReadNumber::Kind::malformed: break;
    }
    if (text.size() > max_field_bytes)
        set_aside(Errc::field_too_long, row, column,
                  "a value of " + std::to_string(text.size()) + " bytes: '" + shown(text, 40) + "'",
                  fetch_again);
    else if (!is_clean_utf8(text))
        set_aside(Errc::wrong_charset, row, column, "'" + shown(text) + "' is not UTF-8 or holds NUL",
                  fetch_again);
    else
        set_aside(Errc::malformed, row, column,
                  "'" + shown(text) + "' is neither a number nor a quality sign", keep_raw);
    return false;
}

bool FlatReader::read_quality(Row const& row, std::uint32_t column, Cell& cell) {
    auto const text = row.quoted ? content(row, column, 0) : row.field(column);
    auto const sign = output_.sign(text);
    if (!sign) {
        set_aside(Errc::malformed, row, column, "'" + shown(text) + "' is not a quality sign", keep_raw);
        return false;
    }
    cell.quality = *sign;
    return true;
}

/// Looks at a row with bytes not seen before: nothing of it is remembered unless all of it is sound.
bool FlatReader::learn(Row const& row, Ids& ids) {
    auto const& layout = layout_;
    for (std::uint32_t i = 0; i < row.fields; ++i) {
        if (row.field(i).size() <= max_field_bytes) continue;
        set_aside(Errc::field_too_long, row, i,
                  "a field of " + std::to_string(row.field(i).size()) + " bytes: '" +
                      shown(row.field(i), 40) + "'",
                  fetch_again);
        return false;
    }
    if (!is_clean_utf8(row.text())) {
        std::uint32_t column = 0;
        while (column + 1 < row.fields && is_clean_utf8(row.field(column))) ++column;
        set_aside(Errc::wrong_charset, row, column,
                  "'" + shown(row.field(column)) + "' is not UTF-8 or holds NUL", fetch_again);
        return false;
    }
    if (layout.wide && is_stub_row(row, layout)) {
        set_aside(Errc::stub_row, row, 0,
                  "no values, and the columns stand five fields too far left: '" + shown(row.text()) + "'",
                  "nothing to do: the row holds no value");
        return false;
    }
    auto const variable_of = [&](std::uint32_t first) {
        return SourceCode{content(row, first, 0), content(row, first + 1, 1), {}, {}};
    };
    auto const statistic = SourceCode{{}, {}, content(row, 0, 0), content(row, 1, 1)};
    if (ids.statistic == no_code && !learn_group(row, 0, statistic, statistics_)) return false;
    auto time = variable_of(2);
    time.code = content(row, 4, 2);
    if (ids.time == no_code && !learn_group(row, 2, time, times_)) return false;
    auto const block_code = [&](std::uint32_t first) {
        auto code = variable_of(first);
        code.code = content(row, first + 2, 2);
        code.label = content(row, first + 3, 3);
        return code;
    };
    for (unsigned i = 0; i < layout.blocks; ++i)
        if (block_ids_[i] == no_code &&
            !learn_group(row, layout.block(i), block_code(layout.block(i)), blocks_[i]))
            return false;
    auto const unit = layout.value() + 1;
    auto const measure_code = [&] {
        return SourceCode{content(row, unit, 0), {}, content(row, unit + 1, 2), content(row, unit + 2, 3)};
    };
    if (!layout.wide && ids.measure == no_code && !learn_group(row, unit, measure_code(), measures_))
        return false;

    if (!output_.has_table()) announce_table(row);
    auto const intern = [&](Dictionary& dictionary, Column column, unsigned block, SourceCode const& code,
                            std::string_view bytes, std::string_view key) {
        auto const before = dictionary.size();
        auto const id = dictionary.intern(code, bytes, key);
        if (dictionary.size() != before) output_.code(column, block, id, dictionary.code(id));
        return id;
    };
    if (ids.statistic == no_code) {
        auto const again = SourceCode{{}, {}, content(row, 0, 0), content(row, 1, 1)};
        ids.statistic = statistics_.intern(again, row.span(0, 2), row.span(0, 2));
    }
    if (ids.time == no_code) {
        time = variable_of(2);
        time.code = content(row, 4, 2);
        ids.time = intern(times_, Column::time, 0, time, row.span(2, 3), row.field(4));
    }
    for (unsigned i = 0; i < layout.blocks; ++i)
        if (block_ids_[i] == no_code)
            block_ids_[i] = intern(blocks_[i], Column::block, i, block_code(layout.block(i)),
                                   row.span(layout.block(i), 4), row.field(layout.block(i) + 2));
    if (!layout.wide && ids.measure == no_code)
        ids.measure =
            intern(measures_, Column::measure, 0, measure_code(), row.span(unit, 3), row.span(unit, 2));
    return true;
}

bool FlatReader::learn_group(Row const& row, std::uint32_t first, SourceCode const& code,
                             Dictionary const& known) {
    auto const result = known.check(code);
    if (result.kind == CodeCheck::Kind::known || result.kind == CodeCheck::Kind::fresh) return true;
    auto const variable = result.kind == CodeCheck::Kind::variable_label_differs;
    auto const name = variable ? code.variable : code.code;
    auto const label = variable ? code.variable_label : code.label;
    set_aside(Errc::label_mismatch, row, first,
              "'" + shown(name) + "' is labelled '" + shown(label) + "' here and '" + shown(result.before) +
                  "' in an earlier row: the row may be shifted",
              keep_raw);
    return false;
}

void FlatReader::announce_table(Row const& row) {
    gateway::TableInfo info;
    info.layout = layout_.wide ? "ffcsv-v4" : "ffcsv-v5";
    info.language = layout_.wide ? layout_.language : std::string{language_of(content(row, 3, 0))};
    // Never from the digits alone while anything better is known: "126.775" may be a thousands mark.
    if (mark_ == '\0' && !info.language.empty()) mark_ = info.language == "en" ? '.' : ',';
    if (info.language.empty()) info.language = mark_ == '.' ? "en" : "de";
    info.decimal_mark = mark_ != '\0' ? mark_ : ',';
    info.quality_column = layout_.quality;
    info.blocks = layout_.blocks;
    info.statistic_code = content(row, 0, 0);
    info.statistic_label = content(row, 1, 1);
    output_.table(info);
    for (auto const& measure : layout_.measures) {
        // Columns stay apart even where two of them carry one name.
        SourceCode const code{measure.unit, {}, measure.code, measure.label};
        output_.code(Column::measure, 0, static_cast<std::uint32_t>(&measure - layout_.measures.data()),
                     code);
    }
}

void FlatReader::odd_row(Row const& row) {
    auto const due = fields_text(row.fields) + " where " + std::to_string(layout_.columns) + " are due";
    if (row.fields == 1 && row.field(0).empty()) {
        set_aside(Errc::malformed, row, 0, "an empty line", keep_raw);
        return;
    }
    for (std::uint32_t i = 0; i < row.fields; ++i)
        if (row.field(i).size() > max_field_bytes) {
            set_aside(Errc::field_too_long, row, i,
                      "a field of " + std::to_string(row.field(i).size()) + " bytes: '" +
                          shown(row.field(i), 40) + "'",
                      fetch_again);
            return;
        }
    if (!is_clean_utf8(row.text())) {
        set_aside(Errc::wrong_charset, row, 0, "'" + shown(row.text()) + "' is not UTF-8 or holds NUL",
                  fetch_again);
        return;
    }
    if (row.fields > layout_.columns) {
        set_aside(Errc::long_row, row, layout_.columns, due + ": '" + shown(row.text(), 200) + "'", keep_raw);
        return;
    }
    if (!layout_.wide && row.fields + 1 == layout_.columns && kept_bytes_ < max_kept_bytes) {
        ShortRow kept;
        kept.line = row.line;
        kept.text = row.text();
        for (std::uint32_t i = 0; i < row.fields; ++i) kept.ends.push_back(row.ends[i] - row.begin);
        kept_bytes_ += sizeof kept + kept.text.size() + kept.ends.size() * sizeof kept.ends[0];
        kept_.push_back(std::move(kept));
        return;
    }
    set_aside(Errc::short_row, row, row.fields, due + ": '" + shown(row.text(), 200) + "'", keep_raw);
}

void FlatReader::bad_row(std::uint64_t line, BadRow why, std::string_view text) {
    ++rows_;
    auto const* const what = why == BadRow::quote_not_closed    ? "a quotation mark that is never closed"
                             : why == BadRow::text_behind_quote ? "text behind a closing quotation mark"
                                                                : "no line end within 262144 bytes";
    auto const fields = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), ';')) + 1;
    auto const code = why != BadRow::no_line_end ? Errc::malformed
                      : fields > layout_.columns ? Errc::long_row
                                                 : Errc::field_too_long;
    output_.issue(code, Severity::error, line, 0, std::string{what} + ": '" + shown(text) + "'", fetch_again);
}

void FlatReader::set_aside(Errc code, Row const& row, std::uint32_t column, std::string text,
                           std::string next_step) {
    auto const shift = missing_column_ < column ? 1U : 0U;
    output_.issue(code, Severity::error, row.line, column + 1 - shift, std::move(text), std::move(next_step));
}

void FlatReader::finish(std::vector<FlatReader const*> const& readers, bool is_whole) {
    if (!kept_.empty()) {
        FlatKnowledge const knowledge{readers};
        for (auto const& kept : kept_) repair(kept, knowledge);
        kept_.clear();
    }
    if (!output_.has_table()) {
        gateway::TableInfo info;
        info.layout = layout_.wide ? "ffcsv-v4" : "ffcsv-v5";
        info.language = layout_.wide ? layout_.language : "de";
        info.decimal_mark = info.language == "en" ? '.' : ',';
        info.quality_column = layout_.quality;
        info.blocks = layout_.blocks;
        output_.table(info);
        if (is_whole)
            output_.issue(Errc::empty_document, Severity::error, 1, 0, "a header and no row that can be read",
                          "check the request (period, region, classification) and the issues above");
    }
    output_.finish(rows_);
}

void FlatReader::repair(ShortRow const& kept, FlatKnowledge const& knowledge) {
    Row row;
    row.base = kept.text.data();
    row.ends = kept.ends.data();
    row.fields = static_cast<std::uint32_t>(kept.ends.size());
    row.line = kept.line;
    row.quoted = kept.text.find('"') != std::string::npos;
    auto const reading = knowledge.read(row);
    auto const due = fields_text(row.fields) + " where " + std::to_string(layout_.columns) + " are due: ";
    if (!reading.column) {
        set_aside(Errc::short_row, row, row.fields, due + reading.why + ": '" + shown(row.text(), 200) + "'",
                  keep_raw);
        return;
    }
    auto const missing = *reading.column;
    std::string text;
    std::vector<std::uint32_t> ends;
    for (std::uint32_t column = 0; column < layout_.columns; ++column) {
        if (column > 0) text += ';';
        if (column == missing) {
            if (reading.text.find_first_of(";\"\n") == std::string::npos) {
                text += reading.text;
            } else {
                text += '"';
                for (char const c : reading.text) text += c == '"' ? std::string{"\"\""} : std::string{c};
                text += '"';
                row.quoted = true;
            }
        } else {
            text += row.field(column < missing ? column : column - 1);
        }
        ends.push_back(static_cast<std::uint32_t>(text.size()));
    }
    row.base = text.data();
    row.ends = ends.data();
    row.fields = layout_.columns;
    output_.issue(Errc::repaired_row, Severity::warning, kept.line, missing + 1,
                  due + "'" + layout_.names[missing] +
                      "' is missing; everything behind it moved one field to the right, value '" +
                      shown(row.field(layout_.value())) + "'",
                  "nothing to do; tell the source");
    missing_column_ = missing;
    --rows_; // counted when it was read first
    this->row(row);
    missing_column_ = no_code;
}

} // namespace adapters::genesis
