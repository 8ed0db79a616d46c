#include "adapters/csv/rows.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "adapters/table/texts.hpp"

namespace adapters::csv {

using gateway::Errc;

namespace {

constexpr std::size_t full_window = std::size_t{256} << 10U;
// After a row that had to be cut by hand: what was scanned behind it is lost.
constexpr std::size_t small_window = std::size_t{4} << 10U;
constexpr std::size_t row_slack = std::size_t{64} << 10U;

std::uint64_t lines_in(std::string_view text, char line_end) noexcept {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), line_end));
}

} // namespace

RowCutter::RowCutter(TextSource& source, Dialect const& dialect, RowSink& sink)
    : source_(source), dialect_(dialect), bytes_{dialect.delimiter, dialect.line_end, dialect.quote},
      sink_(sink), unescaped_(4) {
    more_fields();
}

void RowCutter::more_fields() {
    auto const known = fields_.size();
    fields_.resize(std::clamp<std::size_t>(known * 2, 64, max_fields));
    for (auto i = known; i < fields_.size(); ++i) fields_[i].column = static_cast<std::uint32_t>(i + 1);
}

void RowCutter::put(std::string_view text, bool quoted) {
    if (field_count_ == fields_.size()) more_fields();
    auto& field = fields_[field_count_++];
    field.text = text;
    field.quoted = quoted;
}

void RowCutter::emit(std::uint64_t lines) {
    table::GridRow row;
    row.line = line_;
    row.fields = {fields_.data(), field_count_};
    row.width = field_count_;
    row.around = window_;
    row.plain = true;
    line_ += lines;
    // An empty line is no row.
    if (field_count_ != 1 || !fields_[0].text.empty() || fields_[0].quoted) {
        ++rows_;
        sink_.row(row);
    }
    field_count_ = 0;
    unescaped_count_ = 0;
}

std::string_view RowCutter::unquoted(std::string_view inner) {
    auto at = inner.find(dialect_.quote);
    if (at == std::string_view::npos) return inner;
    assert(unescaped_count_ < unescaped_.size()); // views into short strings do not survive a move
    auto& out = unescaped_[unescaped_count_++];
    out.clear();
    for (;;) {
        out.append(inner.substr(0, at + 1));
        inner.remove_prefix(std::min(inner.size(), at + 2));
        at = inner.find(dialect_.quote);
        if (at == std::string_view::npos) break;
    }
    out.append(inner);
    return out;
}

std::size_t RowCutter::give_up(std::string_view text, Errc code, std::uint32_t column, std::string what,
                               std::string next_step) {
    // Whatever comes after the first line of the row has a reading of its own.
    auto const end = text.find(dialect_.line_end);
    auto const size = end == std::string_view::npos ? text.size() : end + 1;
    gateway::Issue issue;
    issue.code = code;
    issue.position = {line_, column};
    issue.text = std::move(what);
    issue.next_step = std::move(next_step);
    ++line_;
    ++rows_;
    field_count_ = 0;
    unescaped_count_ = 0;
    sink_.broken(std::move(issue));
    return size;
}

std::size_t RowCutter::cut_window(std::string_view text) {
    // In registers, all of them: what is written to the fields might be this object for all that the compiler knows.
    auto const line_end = bytes_.line_end;
    auto const quote = bytes_.quote;
    auto const doubled = marks_.doubled;
    bool const plain_lines = !marks_.inner_lines;
    auto const* const data = text.data();
    auto const* at = marks_.ends.data();
    auto const* const all_ends = at + marks_.count;
    auto const* const stop =
        marks_.stray == SIZE_MAX ? all_ends : std::lower_bound(at, all_ends, marks_.stray);
    std::size_t row_start = 0;
    std::size_t start = 0;
    auto* field = fields_.data();
    auto* no_field = field + fields_.size();
    for (; at != stop; ++at) {
        std::size_t const end = *at;
        if (field == no_field) [[unlikely]] {
            auto const count = fields_.size();
            if (count == max_fields) {
                by_hand_ = true;
                break;
            }
            more_fields();
            field = fields_.data() + count;
            no_field = fields_.data() + fields_.size();
        }
        auto const* const from = data + start;
        auto size = end - start;
        start = end + 1;
        bool const last = data[end] == line_end;
        if (last) size -= static_cast<std::size_t>(size > 0 && from[size - 1] == '\r');
        field->quoted = size >= 2 && *from == quote;
        if (field->quoted) {
            std::string_view const inner{from + 1, size - 2};
            if (doubled && unescaped_count_ == unescaped_.size() &&
                inner.find(quote) != std::string_view::npos) {
                by_hand_ = true;
                break;
            }
            field->text = doubled ? unquoted(inner) : inner;
        } else {
            field->text = {from, size};
        }
        ++field;
        if (!last) continue;
        field_count_ = static_cast<std::uint32_t>(field - fields_.data());
        emit(plain_lines ? 1 : lines_in(text.substr(row_start, start - row_start), line_end));
        field = fields_.data();
        row_start = start;
        if (rows_ == most_rows_) return row_start;
    }
    field_count_ = 0;
    unescaped_count_ = 0;
    auto const rest = text.substr(row_start);
    bool const stray = marks_.stray != SIZE_MAX && !rest.empty();
    if (rest.empty() || (!stray && !by_hand_ && !source_.at_end() && rest.size() < max_row_bytes))
        return row_start;
    by_hand_ = true;
    return row_start + cut_by_hand(rest);
}

std::size_t RowCutter::cut_by_hand(std::string_view text) {
    bool const has_quotes = dialect_.quote != '\x01';
    auto const limited = text.substr(0, max_row_bytes);
    bool const complete = source_.at_end() && limited.size() == text.size();
    unescaped_.resize(std::max(unescaped_.size(), std::size_t{64}));
    std::size_t at = 0;
    bool odd = false;
    for (;;) {
        auto column = field_count_ + 1;
        if (field_count_ == max_fields || unescaped_count_ + 1 >= unescaped_.size()) {
            if (field_count_ == max_fields)
                return give_up(text, Errc::long_row, column,
                               "a row of more than " + std::to_string(max_fields) + " fields",
                               "check the delimiter");
            // Views into the strings must not move: begin anew with more room.
            unescaped_.resize(unescaped_.size() * 2);
            field_count_ = 0;
            unescaped_count_ = 0;
            at = 0;
            odd = false;
            column = 1;
        }
        auto open = at;
        while (open < limited.size() && limited[open] == ' ' && dialect_.delimiter != ' ') ++open;
        std::size_t end = 0;
        if (has_quotes && open < limited.size() && limited[open] == dialect_.quote) {
            auto close = open + 1;
            for (;; ++close) {
                close = limited.find(dialect_.quote, close);
                if (close == std::string_view::npos) break;
                if (close + 1 < limited.size() && limited[close + 1] == dialect_.quote)
                    ++close;
                else
                    break;
            }
            if (close == std::string_view::npos || (close + 1 == limited.size() && !complete)) {
                if (!complete && text.size() < max_row_bytes) return 0;
                return complete
                           ? give_up(
                                 text, Errc::malformed, column, "a quotation mark is opened and never closed",
                                 "look at the line; a quotation mark inside a quoted text must be doubled")
                           : give_up(text, Errc::field_too_long, column,
                                     "a quoted field of more than " + std::to_string(max_row_bytes) +
                                         " bytes; its quotation mark may not be closed",
                                     "look at the line");
            }
            end = close + 1;
            while (end < limited.size() && (limited[end] == ' ' || limited[end] == '\r') &&
                   limited[end] != dialect_.delimiter && limited[end] != dialect_.line_end)
                ++end;
            if (end < limited.size() && limited[end] != dialect_.delimiter &&
                limited[end] != dialect_.line_end)
                return give_up(text, Errc::malformed, column,
                               "text stands behind the closing quotation mark: " +
                                   table::shown(limited.substr(end, 20)),
                               "look at the line; a quotation mark inside a quoted text must be doubled");
            put(unquoted(limited.substr(open + 1, close - open - 1)), true);
        } else {
            end = at;
            while (end < limited.size() && limited[end] != dialect_.delimiter &&
                   limited[end] != dialect_.line_end)
                ++end;
            if (end == limited.size() && !complete) {
                if (text.size() < max_row_bytes) return 0;
                return give_up(text, Errc::field_too_long, column,
                               "a row of more than " + std::to_string(max_row_bytes) + " bytes",
                               "check the delimiter and the line ends");
            }
            auto field = limited.substr(at, end - at);
            if (!field.empty() && field.back() == '\r' &&
                (end == limited.size() || limited[end] == dialect_.line_end))
                field.remove_suffix(1);
            odd = odd || (has_quotes && field.find(dialect_.quote) != std::string_view::npos);
            put(field, false);
        }
        if (end >= limited.size() && !complete) {
            if (text.size() < max_row_bytes) return 0;
            return give_up(text, Errc::field_too_long, column,
                           "a row of more than " + std::to_string(max_row_bytes) + " bytes",
                           "check the delimiter and the line ends");
        }
        bool const last = end >= limited.size() || limited[end] == dialect_.line_end;
        at = std::min(end + 1, limited.size());
        if (!last) continue;
        odd_quotes_ += static_cast<std::uint64_t>(odd);
        auto const lines = lines_in(limited.substr(0, at), dialect_.line_end);
        emit(std::max<std::uint64_t>(lines, 1));
        return at;
    }
}

void RowCutter::run(std::uint64_t most_rows) {
    most_rows_ = most_rows == 0 ? UINT64_MAX : most_rows;
    auto size = small_window;
    while (rows_ < most_rows_) {
        auto const text = source_.window(size);
        if (text.empty()) return;
        window_ = text;
        scan(text, bytes_, marks_);
        by_hand_ = false;
        auto const used = cut_window(text);
        field_count_ = 0;
        unescaped_count_ = 0;
        source_.consume(used);
        if (used == 0) {
            if (size >= max_row_bytes + row_slack && source_.at_end()) return;
            size = std::min(size * 2, max_row_bytes + row_slack);
        } else {
            size = by_hand_ ? small_window : std::max(size, std::min(size * 2, full_window));
        }
    }
}

} // namespace adapters::csv
