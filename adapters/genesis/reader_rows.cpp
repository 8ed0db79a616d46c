#include "adapters/genesis/reader_rows.hpp"

#include <algorithm>
#include <cstring>

namespace adapters::genesis {

namespace {

// Small enough for the first-level cache beside the dictionaries, large enough that re-reading the cut row
// at its end does not matter.
constexpr std::size_t window_bytes = std::size_t{32} << 10U;

} // namespace

void RowSplitter::feed(std::string_view piece) {
    while (!carry_.empty() && !piece.empty()) {
        // Complete the row begun earlier, one line at a time.
        auto const line_end = piece.find('\n');
        auto take = line_end == std::string_view::npos ? piece.size() : line_end + 1;
        take = std::min(take, std::max<std::size_t>(max_row_bytes + 1, carry_.size() + 1) - carry_.size());
        carry_.append(piece.substr(0, take));
        piece.remove_prefix(take);
        if (carry_.back() == '\n' || carry_.size() > max_row_bytes) carry_.erase(0, run(carry_, false));
    }
    if (piece.empty()) return;
    auto const used = run(piece, false);
    carry_.assign(piece.substr(used));
}

void RowSplitter::finish() {
    // A line end is added where the last row has none. Bad rows may leave lines behind them to be read.
    if (!carry_.empty() && carry_.back() != '\n') carry_ += '\n';
    while (!carry_.empty()) carry_.erase(0, run(carry_, true));
}

bool RowSplitter::inside_quotes() const noexcept {
    return carry_.find('\n') != std::string::npos;
}

void RowSplitter::skip_line(std::string_view bytes, std::size_t& at) {
    auto const line_end = bytes.find('\n', at);
    skipping_ = line_end == std::string_view::npos;
    if (skipping_) {
        at = bytes.size();
        return;
    }
    at = line_end + 1;
    ++line_;
}

/// Reads complete rows and says how many bytes they took. What remains is the beginning of one row.
std::size_t RowSplitter::run(std::string_view bytes, bool last) {
    std::size_t at = 0;
    auto window = window_bytes;
    if (skipping_) skip_line(bytes, at);
    while (at < bytes.size()) {
        auto const size = std::min(window, bytes.size() - at);
        scan(bytes.substr(at, size), marks_, kernel_);
        if (marks_.line_count == 0) {
            if (size >= max_row_bytes) {
                handler_.bad_row(line_, BadRow::no_line_end, bytes.substr(at, max_row_bytes));
                skip_line(bytes, at);
                window = window_bytes;
            } else if (at + size == bytes.size()) {
                return at;
            } else {
                window = std::min(window * 4, max_row_bytes);
            }
            continue;
        }
        Row row;
        row.base = bytes.data() + at;
        row.begin = 0;
        std::uint32_t first = 0;
        for (std::size_t i = 0; i < marks_.line_count; ++i) {
            auto const last_field = marks_.line_ends[i];
            auto& end = marks_.ends[last_field];
            if (end < row.begin) { // inside a quoted row read by hand
                first = last_field + 1;
                continue;
            }
            auto const next = end + 1;
            row.line = line_;
            if (marks_.quotes && std::memchr(row.base + row.begin, '"', end - row.begin) != nullptr) {
                auto const quoted = cut_quoted(bytes.substr(at + row.begin), last);
                if (quoted.cut == Cut::incomplete) return at + row.begin;
                if (quoted.cut == Cut::complete) {
                    Row whole;
                    whole.base = row.base + row.begin;
                    whole.ends = quoted_ends_.data();
                    whole.fields = static_cast<std::uint32_t>(quoted_ends_.size());
                    whole.line = line_;
                    whole.quoted = true;
                    handler_.row(whole);
                    line_ += quoted.lines;
                    row.begin += static_cast<std::uint32_t>(quoted.size);
                } else {
                    auto const rest = bytes.substr(at + row.begin);
                    handler_.bad_row(
                        line_, quoted.why,
                        rest.substr(0, std::min<std::size_t>(rest.size(), next - 1 - row.begin)));
                    ++line_;
                    row.begin = next;
                }
                first = last_field + 1;
                continue;
            }
            row.ends = marks_.ends.data() + first;
            row.fields = last_field - first + 1;
            if (end > row.begin && row.base[end - 1] == '\r') --end;
            handler_.row(row);
            ++line_;
            row.begin = next;
            first = last_field + 1;
        }
        at += row.begin;
        window = window_bytes;
    }
    return at;
}

/// Cuts a row with quotation marks; fills quoted_ends_.
RowSplitter::QuotedRow RowSplitter::cut_quoted(std::string_view bytes, bool last) {
    quoted_ends_.clear();
    QuotedRow result{Cut::incomplete, 0, 0, BadRow::quote_not_closed};
    auto const bad = [&](BadRow why) {
        result.cut = Cut::bad;
        result.why = why;
        return result;
    };
    auto const limit = std::min(bytes.size(), max_row_bytes);
    std::size_t at = 0;
    for (;;) {
        if (at < limit && bytes[at] == '"') {
            auto const open = at++;
            for (;; ++at) {
                if (at >= limit || at - open > max_field_bytes) {
                    auto const too_long = at - open > max_field_bytes || limit == max_row_bytes;
                    return too_long || last ? bad(BadRow::quote_not_closed) : result;
                }
                if (bytes[at] == '\n') ++result.lines;
                if (bytes[at] != '"') continue;
                if (at + 1 < limit && bytes[at + 1] == '"') {
                    ++at;
                    continue;
                }
                ++at;
                break;
            }
            auto const behind = at < limit && bytes[at] == '\r' ? at + 1 : at;
            if (behind < limit && bytes[behind] != '\n' && (behind > at || bytes[at] != ';'))
                return bad(BadRow::text_behind_quote);
        } else {
            while (at < limit && bytes[at] != ';' && bytes[at] != '\n') ++at;
        }
        if (at < limit && bytes[at] == '\r') ++at;
        if (at >= limit) {
            if (limit == max_row_bytes) return bad(BadRow::no_line_end);
            return last ? bad(BadRow::quote_not_closed) : result;
        }
        if (bytes[at] == '\n') {
            quoted_ends_.push_back(static_cast<std::uint32_t>(bytes[at - 1] == '\r' ? at - 1 : at));
            result.cut = Cut::complete;
            result.size = at + 1;
            ++result.lines;
            return result;
        }
        quoted_ends_.push_back(static_cast<std::uint32_t>(at));
        ++at;
    }
}

} // namespace adapters::genesis
