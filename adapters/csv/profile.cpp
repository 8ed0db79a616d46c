#include "adapters/csv/profile.hpp"

#include <algorithm>

#include "adapters/csv/rows.hpp"
#include "adapters/table/marks.hpp"
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

void look_at_number(ColumnProfile& column, std::string_view text) {
    using table::Figure;
    auto const point = table::read_figure(text, {'.', '\0'});
    if (point.kind == Figure::Kind::sign) {
        bool const letters = std::any_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
        });
        column.signs += static_cast<std::uint64_t>(!letters || text.size() == 1);
        return;
    }
    if (point.kind == Figure::Kind::number && point.value.scale() == 0) {
        ++column.integers;
        return;
    }
    table::MarkEvidence evidence;
    evidence.look(text, 1);
    try {
        auto const marks = evidence.decide({'\0', '\0'}, "");
        if (table::read_figure(text, marks).kind != Figure::Kind::number) return;
        ++(marks.decimal == ',' ? column.decimals_comma : column.decimals_point);
    } catch (gateway::Error const&) {
        ++column.either;
    }
}

class Profiler : public RowSink {
  public:
    Profiler(Profile& result, std::uint32_t width) : result_(result), width_(width) {}

    void row(table::GridRow const& row) override {
        if (result_.header_line == 0) {
            if (row.width != width_) {
                ++result_.preamble_rows;
                return;
            }
            result_.header_line = row.line;
            for (auto const& field : row.fields) {
                result_.columns.emplace_back();
                result_.columns.back().header = table::tidy(field.text);
            }
            return;
        }
        ++result_.rows;
        if (row.width != width_) ++result_.other_width;
        for (auto const& field : row.fields)
            if (field.column <= result_.columns.size()) look(result_.columns[field.column - 1], field.text);
    }
    void broken(gateway::Issue) override { ++result_.broken; }

  private:
    static void look(ColumnProfile& column, std::string_view raw) {
        auto const text = table::tidy(raw);
        if (text.empty()) {
            ++column.empty;
            return;
        }
        ++column.filled;
        column.years += static_cast<std::uint64_t>(is_year(text));
        column.dates += static_cast<std::uint64_t>(is_date(text));
        column.keys += static_cast<std::uint64_t>(is_key(text));
        look_at_number(column, text);
        if (!column.many()) column.texts.insert(text);
    }

    Profile& result_;
    std::uint32_t width_;
};

} // namespace

Profile profile(std::string_view bytes, std::uint64_t most_rows) {
    Profile result;
    result.opening = open(bytes, {});
    TextSource source{bytes, result.opening.charset};
    Profiler profiler{result, result.opening.dialect.fields};
    RowCutter{source, result.opening.dialect, profiler}.run(most_rows);
    return result;
}

} // namespace adapters::csv
