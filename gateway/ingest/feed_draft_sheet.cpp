#include "gateway/ingest/feed_draft_sheet.hpp"

#include <algorithm>

#include "adapters/table/texts.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {
namespace {

using adapters::xlsx::SheetCell;
constexpr std::size_t most_rows = 5000;
constexpr std::uint32_t most_columns = 200;

} // namespace

bool is_sign(std::string_view text) {
    if (text.empty() || text.size() > 7) return false;
    if (text == "x" || text == "X") return true;
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

bool is_whole(GridCell const& cell) {
    auto const text = cell.text.substr(0, cell.text.find('.'));
    bool const zeros = cell.text.size() == text.size() ||
                       cell.text.find_first_not_of('0', text.size() + 1) == std::string::npos;
    return zeros && !text.empty() && text.size() <= 12 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_year(GridCell const& cell) {
    return cell.text.size() == 4 && is_whole(cell) && cell.text >= "1900" && cell.text <= "2100";
}

bool is_unit(std::string_view text) {
    auto const word = lower(text);
    return word == "%" || word == "euro" || word.starts_with("anzahl") || word.starts_with("prozent") ||
           word.starts_with("1 000") || word == "1000" || word.starts_with("in 1") ||
           word.starts_with("je 1") || word.starts_with("personen") || word.starts_with("quote") ||
           word.starts_with("tsd") || word.starts_with("mio") || word.ends_with("prozent") ||
           word.ends_with(" %");
}

std::string first_text(GridLine const& line) {
    return line.cells.empty() ? std::string{} : line.cells.begin()->second.text;
}

std::string pattern_of(std::string const& text) {
    constexpr std::size_t longest = 40;
    if (text.size() <= longest) return quoted(text);
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return quoted(text.substr(0, end) + "*");
}

std::size_t numbers_of(GridLine const& line) {
    return static_cast<std::size_t>(std::count_if(line.cells.begin(), line.cells.end(), [](auto const& one) {
        return one.second.is_number || is_sign(one.second.text);
    }));
}

bool is_running(GridLine const& line) {
    constexpr std::size_t most = 60;
    std::size_t last = 0;
    std::size_t count = 0;
    for (auto const& [column, cell] : line.cells) {
        if (!is_whole(cell) || cell.text.size() > 5) return false;
        auto const number = static_cast<std::size_t>(std::stoul(cell.text));
        if ((number == 0 && count > 0) || number < last || number > most || (count == 0 && number > 2))
            return false;
        last = number;
        ++count;
    }
    return count >= 2 && last >= count / 2;
}

/// What stands to the right of a unit is one, too: "Anzahl" beside "Insgesamt" is a heading.
bool is_unit_line(GridLine const& line) {
    bool found = false;
    for (auto const& [column, cell] : line.cells) {
        if (!is_unit(cell.text) && (cell.is_number || found)) return false;
        found = found || is_unit(cell.text);
    }
    return found;
}

bool is_heading_of_years(GridLine const& line) {
    std::size_t years = 0;
    for (auto const& [column, cell] : line.cells) {
        if (is_year(cell)) ++years;
        if (cell.is_number && !is_year(cell)) return false;
    }
    return years >= 2;
}

std::string without_mark(std::string text) {
    if (auto const mark = adapters::table::footnote_at(text)) text.resize(*mark);
    return adapters::table::tidy(text);
}

std::string last_year_in(std::string_view text) {
    auto const digit = [&text](std::size_t place) {
        return place < text.size() && text[place] >= '0' && text[place] <= '9';
    };
    std::string found;
    for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
        auto const word = text.substr(i, 4);
        bool const digits = word.find_first_not_of("0123456789") == std::string_view::npos;
        if (digits && word >= "1950" && word <= "2100" && !digit(i + 4) && (i == 0 || !digit(i - 1)))
            found = word;
    }
    return found;
}

Sheet::Sheet(adapters::xlsx::Workbook const& book, adapters::xlsx::SheetInfo const& info) {
    auto const read = [this](adapters::xlsx::SheetRow const& row) {
        if (row.hidden || lines_.size() >= most_rows) return;
        GridLine line{row.number, {}};
        for (auto const& cell : row.cells) {
            auto text = adapters::table::tidy(cell.text);
            if (text.empty() || cell.column > most_columns) continue;
            if (cell.hidden) hidden_.insert(cell.column);
            line.cells[cell.column] = {std::move(text), cell.kind == SheetCell::Kind::number};
        }
        if (!line.cells.empty()) lines_.push_back(std::move(line));
    };
    book.read(info, read, [](Issue const&) {});
    spread(book.facts(info).merged);
}

/// The text of a merged range stands in each of its cells.
void Sheet::spread(std::vector<adapters::xlsx::MergedRange> const& merged) {
    for (auto const& range : merged) {
        GridCell const* first = nullptr;
        for (auto& line : lines_) {
            if (line.number < range.first_row || line.number > range.last_row) continue;
            if (line.number == range.first_row) {
                auto const at = line.cells.find(range.first_column);
                if (at == line.cells.end() || at->second.is_number) break;
                first = &at->second;
            }
            if (first == nullptr) break;
            for (auto column = range.first_column; column <= range.last_column && column <= most_columns;
                 ++column)
                line.cells.try_emplace(column, *first);
        }
    }
}

} // namespace gateway::ingest::draft
