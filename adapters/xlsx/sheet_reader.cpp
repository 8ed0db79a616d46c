#include "adapters/xlsx/sheet_reader.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/xlsx/reference.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;

namespace {

template <typename T>
bool read_number(std::string_view text, T& number) noexcept {
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    return !text.empty() && read.ec == std::errc{} && read.ptr == end;
}

bool is_true(std::string_view text) noexcept {
    return text == "1" || text == "true" || text == "on";
}

/// Places of a short number without exponent or needless zeros ("12", "-0.5"); -1 for everything else. Most cells
/// of a table are such numbers.
int plain_places(std::string_view text) noexcept {
    if (text.empty() || text.size() > 15) return -1;
    std::size_t i = text.front() == '-' ? 1 : 0;
    if (i == text.size() || text[i] < '0' || text[i] > '9') return -1;
    if (text[i] == '0' && ((i + 1 < text.size() && text[i + 1] != '.') || (i == 1 && text.size() == 2)))
        return -1;
    auto mark = text.size();
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && mark == text.size())
            mark = i;
        else if (text[i] < '0' || text[i] > '9')
            return -1;
    }
    if (mark == text.size()) return 0;
    return text.back() == '.' || text.back() == '0' ? -1 : static_cast<int>(text.size() - mark - 1);
}

} // namespace

SheetReader::SheetReader(Context const& context, Workbook::RowSink const& row,
                         Workbook::IssueSink const& issue)
    : context_(context), row_sink_(row), issue_sink_(issue), rows_seen_(max_rows + 1, false) {}

void SheetReader::report(Errc code, std::string const& what, std::string next_step) {
    row_sound_ = false;
    gateway::Issue issue;
    issue.code = code;
    issue.position = {row_, column_};
    issue.text = std::string{context_.sheet} + "!" +
                 (column_ > 0 ? cell_name(row_, column_) : std::to_string(row_)) + ": " + what;
    issue.next_step = std::move(next_step);
    issue_sink_(std::move(issue));
}

SheetReader::Piece SheetReader::keep(std::string_view text) {
    Piece const piece{arena_.size(), text.size(), {}};
    arena_ += text;
    return piece;
}

std::string_view SheetReader::view(Piece const& piece) const noexcept {
    return piece.size > 0 ? std::string_view{arena_}.substr(piece.from, piece.size) : piece.outside;
}

bool SheetReader::is_hidden(std::uint32_t column) const noexcept {
    return column < hidden_columns_.size() && hidden_columns_[column];
}

void SheetReader::start(std::string_view name, XmlAttributes const& attributes) {
    if (in_cell_) {
        if (name == "v") {
            in_value_ = has_value_ = true;
            value_.clear();
        } else if (name == "f") {
            has_formula_ = true;
        } else if (name == "is") {
            has_inline_ = true;
        } else if (has_inline_) {
            inline_.start(name, attributes);
        }
        return;
    }
    if (in_data_) {
        if (name == "c")
            begin_cell(attributes);
        else if (name == "row")
            begin_row(attributes);
        return;
    }
    if (name == "sheetData") {
        if (data_seen_) throw Error{Errc::malformed, "a second <sheetData>"};
        in_data_ = data_seen_ = true;
    } else if (name == "sheetFormatPr") {
        hidden_by_default_ = is_true(attributes["zeroHeight"]);
    } else if (name == "col") {
        columns(attributes);
    } else if (name == "mergeCell") {
        merge(attributes);
    }
}

void SheetReader::end(std::string_view name) {
    if (in_cell_) {
        if (name == "v")
            in_value_ = false;
        else if (name == "c")
            end_cell();
        else if (has_inline_)
            inline_.end(name);
        return;
    }
    if (!in_data_) return;
    if (name == "row")
        end_row();
    else if (name == "sheetData")
        in_data_ = false;
}

void SheetReader::text(std::string_view raw, bool verbatim) {
    if (in_value_) {
        if (verbatim)
            value_ += raw;
        else
            decode_xml(raw, value_);
    } else if (has_inline_) {
        inline_.text(raw, verbatim);
    }
}

void SheetReader::columns(XmlAttributes const& attributes) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    if (!read_number(attributes["min"], first) || !read_number(attributes["max"], last))
        throw Error{Errc::malformed, "<col> without numbers for min and max"};
    auto const width = attributes["width"];
    if (++column_rules_ > max_columns) throw Error{Errc::malformed, "more <col> than columns"};
    if (!is_true(attributes["hidden"]) && width != "0") return;
    hidden_columns_.resize(max_columns + std::size_t{1});
    for (auto column = first; column <= std::min(last, max_columns); ++column) hidden_columns_[column] = true;
}

void SheetReader::merge(XmlAttributes const& attributes) {
    auto const range = range_reference(attributes["ref"]);
    if (!range)
        throw Error{Errc::malformed, "merged range '" + std::string{attributes["ref"].substr(0, 40)} +
                                         "' is no range of cells"};
    if (merged_.size() == max_merged)
        throw Error{Errc::too_large, "more than " + std::to_string(max_merged) + " merged ranges"};
    merged_.push_back(*range);
}

void SheetReader::begin_row(XmlAttributes const& attributes) {
    auto const number = attributes["r"];
    column_ = 0;
    row_sound_ = true;
    pending_.clear();
    arena_.clear();
    if (number.empty()) {
        ++row_;
    } else if (!read_number(number, row_)) {
        throw Error{Errc::malformed, "row number '" + std::string{number.substr(0, 20)} + "' is no number"};
    }
    if (row_ == 0 || row_ > max_rows)
        throw Error{Errc::malformed, "row " + std::to_string(row_) + " is outside 1 to 1048576"};
    row_hidden_ = attributes["hidden"].empty() ? hidden_by_default_ : is_true(attributes["hidden"]);
    // Rows out of order are read as they are numbered, but none may come twice.
    if (rows_seen_[row_])
        report(Errc::duplicate_key, "the row stands twice in the sheet",
               "open the workbook in Excel, which keeps one of the two, check it and save it again");
    rows_seen_[row_] = true;
}

void SheetReader::end_row() {
    if (pending_.empty()) return;
    bool const in_order = std::is_sorted(pending_.begin(), pending_.end(),
                                         [](auto const& a, auto const& b) { return a.column < b.column; });
    if (!in_order)
        std::stable_sort(pending_.begin(), pending_.end(),
                         [](auto const& a, auto const& b) { return a.column < b.column; });
    cells_.clear();
    for (auto const& cell : pending_) {
        if (!cells_.empty() && cells_.back().column == cell.column) {
            column_ = cell.column;
            report(Errc::duplicate_key, "the cell stands twice in the sheet",
                   "open the workbook in Excel, which keeps one of the two, check it and save it again");
            continue;
        }
        SheetCell out;
        out.text = view(cell.text);
        out.stored = view(cell.stored);
        out.around = cell.around;
        out.column = cell.column;
        out.kind = cell.kind;
        out.formula = cell.formula;
        out.hidden = !hidden_columns_.empty() && is_hidden(cell.column);
        cells_.push_back(out);
    }
    SheetRow row;
    row.number = row_;
    row.cells = cells_;
    row.hidden = row_hidden_;
    row.sound = row_sound_;
    row_sink_(row);
    pending_.clear();
}

void SheetReader::begin_cell(XmlAttributes const& attributes) {
    if (row_ == 0) throw Error{Errc::malformed, "<c> outside a row"};
    auto const reference = attributes["r"];
    if (reference.empty()) {
        ++column_;
    } else {
        auto const at = cell_reference(reference);
        if (!at)
            throw Error{Errc::malformed, "cell reference '" + std::string{reference.substr(0, 20)} +
                                             "' is none between A1 and XFD1048576"};
        column_ = at->column;
        if (at->row != row_)
            report(Errc::malformed, "the cell calls itself " + std::string{reference.substr(0, 20)},
                   "open the workbook in Excel, check the row and save it again");
    }
    if (column_ > max_columns)
        throw Error{Errc::malformed, "more than 16384 columns in row " + std::to_string(row_)};
    style_ = 0;
    if (auto const style = attributes["s"]; !style.empty() && !read_number(style, style_))
        throw Error{Errc::malformed, "style '" + std::string{style.substr(0, 20)} + "' is no number"};
    auto const type = attributes["t"];
    if (type.empty() || type == "n")
        type_ = Type::number;
    else if (type == "s")
        type_ = Type::shared;
    else if (type == "str")
        type_ = Type::formula_text;
    else if (type == "inlineStr")
        type_ = Type::inline_text;
    else if (type == "b")
        type_ = Type::boolean;
    else if (type == "e")
        type_ = Type::error;
    else if (type == "d")
        type_ = Type::date;
    else
        throw Error{Errc::malformed, "cell type '" + std::string{type.substr(0, 20)} + "' is unknown"};
    in_cell_ = true;
    in_value_ = has_value_ = has_formula_ = has_inline_ = false;
    value_.clear();
}

void SheetReader::end_cell() {
    in_cell_ = false;
    Pending cell;
    cell.column = column_;
    cell.formula = has_formula_;
    if (has_inline_ && (type_ == Type::inline_text || !has_value_)) {
        auto const from = arena_.size();
        inline_.take(arena_);
        cell.text = {from, arena_.size() - from, {}};
        has_inline_ = false;
        if (cell.text.size > 0) pending_.push_back(cell);
        return;
    }
    if (has_inline_) throw Error{Errc::malformed, "a cell with a value and an inline text"};
    if (!has_value_) {
        if (!has_formula_) return; // blank
        cell.kind = SheetCell::Kind::no_value;
        pending_.push_back(cell);
        return;
    }
    switch (type_) {
    case Type::shared: {
        std::uint32_t index = 0;
        if (!read_number(value_, index) || index >= context_.strings.size())
            throw Error{Errc::malformed, cell_name(row_, column_) + ": shared string '" +
                                             value_.substr(0, 20) + "' of " +
                                             std::to_string(context_.strings.size()) +
                                             ": open the workbook in Excel and save it again"};
        cell.text.outside = context_.strings[index];
        if (cell.text.outside.empty()) return;
        break;
    }
    case Type::formula_text:
    case Type::inline_text: {
        auto const from = arena_.size();
        unescape_ooxml(value_, arena_);
        cell.text = {from, arena_.size() - from, {}};
        if (cell.text.size == 0 && !has_formula_) return;
        break;
    }
    case Type::boolean:
        cell.kind = SheetCell::Kind::boolean;
        if (value_ != "0" && value_ != "1" && value_ != "true" && value_ != "false") {
            report(Errc::malformed, "'" + value_.substr(0, 40) + "' is no truth value",
                   "open the workbook in Excel and save it again");
            return;
        }
        cell.text.outside = is_true(value_) ? "true" : "false";
        break;
    case Type::error:
        cell.kind = SheetCell::Kind::error;
        cell.text = keep(value_);
        break;
    case Type::date:
        cell.kind = SheetCell::Kind::date;
        cell.text = keep(value_);
        break;
    case Type::number: number(cell); break;
    }
    pending_.push_back(cell);
}

void SheetReader::number(Pending& cell) {
    cell.kind = SheetCell::Kind::number;
    auto const* const format = context_.styles.of(style_);
    if (format == nullptr)
        throw Error{Errc::malformed, cell_name(row_, column_) + ": style " + std::to_string(style_) +
                                         " is not in the workbook: open it in Excel and save it again"};
    if (auto const places = plain_places(value_); places >= 0 && format->shows_as_is(places)) {
        cell.text = keep(value_);
        return;
    }
    auto digits = DecimalText::from(value_);
    if (!digits) {
        report(Errc::malformed, "'" + value_.substr(0, 40) + "' is no number",
               "open the workbook in Excel and save it again");
        cell.kind = SheetCell::Kind::error;
        cell.text = keep(value_);
        return;
    }
    format->show(std::move(*digits), context_.epoch_1904, shown_);
    switch (shown_.kind) {
    case Shown::Kind::number: break;
    case Shown::Kind::date: cell.kind = SheetCell::Kind::date; break;
    case Shown::Kind::literal: cell.kind = SheetCell::Kind::text; break;
    case Shown::Kind::not_a_day:
        cell.kind = SheetCell::Kind::error;
        shown_.text = "serial " + value_ + " is no day";
        break;
    }
    cell.text = keep(shown_.text);
    cell.around = shown_.around;
    if (shown_.text != value_) cell.stored = keep(value_);
}

} // namespace adapters::xlsx
