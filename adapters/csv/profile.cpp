#include "adapters/csv/profile.hpp"

#include <algorithm>

#include "adapters/csv/rows.hpp"
#include "adapters/table/header.hpp"
#include "adapters/table/marks.hpp"
#include "adapters/table/text_index.hpp"
#include "adapters/table/texts.hpp"

namespace adapters::csv {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_year(std::string_view text) noexcept {
    return text.size() == 4 && all_digits(text) && text >= "1900" && text <= "2100";
}

bool is_date(std::string_view text) noexcept {
    auto const form = [text](std::string_view pattern) {
        if (text.size() != pattern.size()) return false;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (pattern[i] == '9' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
        return true;
    };
    return form("9999-99-99") || form("99.99.9999");
}

/// "03153", "K03153", "RH031", "DG": what a regional key looks like.
bool is_key(std::string_view text) noexcept {
    if (text == "DG") return true;
    std::size_t letters = 0;
    while (letters < text.size() && letters < 3 && text[letters] >= 'A' && text[letters] <= 'Z') ++letters;
    text.remove_prefix(letters);
    if (!all_digits(text)) return false;
    auto const land = text.substr(0, 2);
    bool const sized = text.size() == 2 || text.size() == 3 || text.size() == 5 || text.size() == 8 ||
                       text.size() == 9 || text.size() == 12;
    return sized && land >= "01" && land <= "16";
}

/// What one text is to a column.
struct Kind {
    enum class Number : std::uint8_t { none, integer, comma, point, either, sign };
    Number number = Number::none;
    bool empty = false, year = false, date = false, key = false;
};

/// The mark of "12,5", "-0.75": digits with one mark that cannot part thousands; '\0' for anything else.
char plain_decimal_mark(std::string_view text) noexcept {
    if (text.starts_with('-')) text.remove_prefix(1);
    constexpr std::size_t most = 18;
    auto const at = text.find_first_of(".,");
    if (at == std::string_view::npos || at == 0 || text.size() > most) return '\0';
    auto const behind = text.substr(at + 1);
    return behind.size() != 3 && all_digits(behind) && all_digits(text.substr(0, at)) ? text[at] : '\0';
}

Kind::Number number_kind(std::string_view text) {
    using Number = Kind::Number;
    using table::Figure;
    if (auto const mark = plain_decimal_mark(text); mark != '\0')
        return mark == ',' ? Number::comma : Number::point;
    auto const point = table::read_figure(text, {'.', '\0'});
    if (point.kind == Figure::Kind::sign) {
        bool const letters = std::any_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
        });
        if (text == "\xE2\x80\xA6" || text == "\xE2\x80\x93" || text == "\xE2\x80\x94") // ellipsis, dashes
            return Number::sign;
        return !letters || text.size() == 1 ? Number::sign : Number::none;
    }
    if (point.kind == Figure::Kind::number && point.value.scale() == 0) return Number::integer;
    table::MarkEvidence evidence;
    evidence.look(text, 1);
    try {
        auto const marks = evidence.decide({'\0', '\0'}, "");
        if (table::read_figure(text, marks).kind != Figure::Kind::number) return Number::none;
        return marks.decimal == ',' ? Number::comma : Number::point;
    } catch (gateway::Error const&) {
        return Number::either;
    }
}

Kind kind_of(std::string_view tidy_text) {
    Kind kind;
    kind.empty = tidy_text.empty();
    if (kind.empty) return kind;
    kind.year = is_year(tidy_text);
    kind.date = is_date(tidy_text);
    kind.key = is_key(tidy_text);
    kind.number = number_kind(tidy_text);
    return kind;
}

void count(ColumnProfile& column, Kind const& kind) {
    using Number = Kind::Number;
    if (kind.empty) {
        ++column.empty;
        return;
    }
    ++column.filled;
    column.years += static_cast<std::uint64_t>(kind.year);
    column.dates += static_cast<std::uint64_t>(kind.date);
    column.keys += static_cast<std::uint64_t>(kind.key);
    switch (kind.number) {
    case Number::none: break;
    case Number::integer: ++column.integers; break;
    case Number::comma: ++column.decimals_comma; break;
    case Number::point: ++column.decimals_point; break;
    case Number::either: ++column.either; break;
    case Number::sign: ++column.signs; break;
    }
}

class Profiler : public RowSink {
  public:
    Profiler(Profile& result, std::uint32_t width, std::uint32_t most_header_rows)
        : result_(result), width_(width), most_header_rows_(most_header_rows) {}

    void row(table::GridRow const& row) override {
        if (result_.header_line == 0) {
            if (row.width != width_) {
                ++result_.preamble_rows;
                return;
            }
            result_.header_line = row.line;
            header_.push_back(table::header_row(row));
            return;
        }
        if (result_.columns.empty()) {
            if (goes_on(row)) {
                header_.push_back(table::header_row(row));
                return;
            }
            end_header();
        }
        ++result_.rows;
        if (row.width == 1 && width_ > 1) {
            ++result_.other_width;
            if (result_.notes.size() < max_profile_notes)
                result_.notes.push_back(table::tidy(row.fields.front().text));
            return;
        }
        if (row.width != width_) ++result_.other_width;
        for (auto const& field : row.fields)
            if (field.column <= result_.columns.size()) look(field.column - 1, field.text);
    }
    void broken(gateway::Issue) override { ++result_.broken; }

    /// After the last row.
    void end_header() {
        if (header_.empty() || !result_.columns.empty()) return;
        result_.header_rows = static_cast<std::uint32_t>(header_.size());
        table::Header const header{header_};
        // Trailing columns without a name are columns, too.
        result_.columns.resize(std::max<std::size_t>(width_, header.columns()));
        for (std::uint32_t column = 1; column <= header.columns(); ++column) {
            auto& profile = result_.columns[column - 1];
            profile.header = header.path(column);
            for (std::uint32_t i = 1; i <= result_.header_rows; ++i)
                profile.above.emplace_back(header.above(column, i));
        }
        memos_.resize(result_.columns.size());
    }

  private:
    /// Whether a row below the header belongs to it: names where there were none, or units.
    [[nodiscard]] bool goes_on(table::GridRow const& row) const {
        if (row.width != width_ || header_.size() >= most_header_rows_) return false;
        auto const below = table::header_row(row);
        std::size_t texts = 0;
        for (std::uint32_t column = 1; column <= width_; ++column) {
            auto const text = below.at(column);
            if (text.empty()) continue;
            auto const kind = kind_of(text);
            bool const is_unit =
                text == "%" || text == "\xE2\x80\xB0" || text == "\xE2\x82\xAC"; // per mille, euro
            if (kind.number != Kind::Number::none && !kind.year && !is_unit) return false;
            ++texts;
        }
        if (texts == 0) return false;
        if (below.at(1).empty()) return true;
        std::set<std::string_view> seen;
        auto const& last = header_.back();
        bool is_open = false;
        for (std::uint32_t column = 1; column <= width_; ++column) {
            bool const is_new = seen.insert(last.at(column)).second;
            is_open = is_open || ((last.at(column).empty() || !is_new) && !below.at(column).empty());
        }
        return is_open;
    }

    /// Columns of codes repeat their texts: the first ones are looked at once each.
    struct Memo {
        static constexpr std::uint32_t most = 2000;
        table::TextIndex index;
        std::vector<Kind> kinds;
    };

    void look(std::size_t at, std::string_view raw) {
        auto& column = result_.columns[at];
        auto& memo = memos_[at];
        if (auto const known = memo.index.known(raw); known != table::TextIndex::unknown)
            return count(column, memo.kinds[known]);
        bool const is_clean = table::is_tidy(raw);
        auto const tidied = is_clean ? std::string{} : table::tidy(raw);
        auto const text = is_clean ? raw : std::string_view{tidied};
        auto const kind = kind_of(text);
        count(column, kind);
        if (!kind.empty && !column.many()) column.texts.emplace(text);
        constexpr std::size_t short_text = 100;
        if (memo.index.size() >= Memo::most || raw.size() > short_text) return;
        bool fresh = false;
        memo.index.number(raw, fresh);
        memo.kinds.push_back(kind);
    }

    Profile& result_;
    std::uint32_t width_, most_header_rows_;
    std::vector<table::HeaderRow> header_;
    std::vector<Memo> memos_; ///< by column
};

} // namespace

Profile profile(std::string_view bytes, std::uint64_t most_rows, std::uint32_t most_header_rows) {
    Profile result;
    result.opening = open(bytes, {});
    TextSource source{bytes, result.opening.charset};
    Profiler profiler{result, result.opening.dialect.fields, most_header_rows};
    RowCutter{source, result.opening.dialect, profiler}.run(most_rows);
    profiler.end_header();
    return result;
}

} // namespace adapters::csv
