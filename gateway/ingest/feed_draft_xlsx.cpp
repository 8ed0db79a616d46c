// Drafts for workbooks made for the eye: where the figures begin, what stands above them, which column is what.
//
// Columns are named by their numbers: headers of several merged rows are read for their texts alone. A column of
// figures is told from its neighbours by the dimension SPALTE, whose texts are the path of its header.
#include <algorithm>
#include <map>
#include <set>

#include "adapters/table/texts.hpp"
#include "adapters/xlsx/table.hpp"
#include "gateway/ingest/feed_draft_areas.hpp"
#include "gateway/ingest/feed_draft_table.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {
namespace {

class SheetDraft : private SheetTable {
  public:
    SheetDraft(Sheet const& sheet, std::string const& name, std::string const& file_name,
               AreaNames const& names)
        : SheetTable(sheet, name, file_name), area_names_(names) {}

    std::string text(bool several) {
        auto const& lines = sheet_.lines();
        line("[layout]");
        line("alone = true # the layout of the office does not count; without this line it does");
        line("format = \"xlsx\"");
        if (several) line("sheets = [" + quoted(name_) + "]");
        if (uses_hidden_) line("hidden = true # the keys stand in a hidden column");
        decimal();
        line("thousands = \"none\"");
        line("# Columns by their numbers; what stands above row " + std::to_string(start()) +
             " is the heading.");
        if (year_line_ != 0) {
            line("header_row = " + std::to_string(year_line_));
            line("header_rows = " + std::to_string(year_rows_));
            line("time.header_row = 1 # years across");
            line("time_variable = \"JAHR\"");
        } else {
            line("header_row = " + std::to_string(start()));
            line("header_rows = 0");
            time();
        }
        line("measure.text = \"DOUBT\" # a code for what is counted");
        if (units_.empty())
            line("unit.text = \"Anzahl\" # DOUBT: no row of units was found");
        else
            line("unit.footnotes = true");
        line("");
        row_rules(lines);
        dimensions();
        values();
        out_ += list_;
        for (auto const& [unit, none] : units_) {
            line("[unit." + quoted(unit) + "]");
            bool const thousands =
                unit == "1000" || unit == "1 000" || unit == "in 1000" || unit == "in 1 000";
            line("unit = " + (thousands ? std::string{"\"NR\"\nmult = 3"} : quoted(unit_code(unit))) +
                 " # DOUBT: the code of the common schema");
            line("");
        }
        while (out_.ends_with("\n\n")) out_.pop_back();
        return out_;
    }

  private:
    void line(std::string const& text) { out_ += text + "\n"; }
    /// Cells that hold numbers have no mark; figures that somebody typed as texts have one.
    void decimal() {
        std::size_t comma = 0;
        std::size_t point = 0;
        for (auto i = first_; i <= last_; ++i) {
            if (!is_data_[i]) continue;
            for (auto const column : values_) {
                auto const cell = at(i).cells.find(column);
                if (cell == at(i).cells.end() || cell->second.is_number) continue;
                auto const& text = cell->second.text;
                auto const mark = text.find_first_of(",.");
                if (mark == std::string::npos || mark == 0 || mark + 1 == text.size() ||
                    text.find_first_not_of("0123456789") != mark ||
                    text.find_first_not_of("0123456789", mark + 1) != std::string::npos)
                    continue;
                ++(text[mark] == ',' ? comma : point);
            }
        }
        if (comma > 0)
            line("# DOUBT: " + std::to_string(comma) + " figures are texts with a decimal comma" +
                 (point > 0 ? ", " + std::to_string(point) + " with a point." : "."));
        line(comma > point ? "decimal = \",\"" : "decimal = \".\"");
    }

    void time() {
        if (time_ != 0) {
            line("time.column_number = " + std::to_string(time_));
            line("time_variable = " + quoted(time_variable_));
            return;
        }
        line("time.text = " + quoted(year_in_texts()) +
             " # DOUBT: no column of years was found; which time do the figures speak of?");
    }
    /// The last year that title, sheet or file name mention.
    [[nodiscard]] std::string year_in_texts() const {
        auto found = last_year_in(file_name_);
        auto const look = [&found](std::string_view text) {
            if (auto year = last_year_in(text); !year.empty()) found = std::move(year);
        };
        look(name_);
        for (std::size_t i = 0; i < first_; ++i) look(first_text(at(i)));
        return found.empty() ? "2024" : found;
    }

    void row_rules(std::vector<GridLine> const& lines) {
        std::set<std::string> of_data, skipped, units;
        for (auto i = first_; i <= last_; ++i)
            if (is_data_[i]) of_data.insert(first_text(lines[i]));
        bool has_running = false;
        std::map<std::uint32_t, std::set<std::string>> unit_rows, running;
        for (auto i = std::min(first_unit_, first_); i <= last_; ++i) {
            if (is_data_[i]) continue;
            if (is_running(lines[i])) {
                has_running = true;
                // Names are never numbers, and years never small ones: they tell what the reader does not see.
                auto const column = !texts_.empty() ? texts_.front().first : time_;
                if (auto const cell = lines[i].cells.find(column); cell != lines[i].cells.end())
                    running[column].insert(cell->second.text);
                else if (of_data.count(first_text(lines[i])) == 0)
                    skipped.insert(first_text(lines[i]));
                continue;
            }
            if (is_unit_line(lines[i])) {
                for (auto const& [column, cell] : lines[i].cells)
                    if (is_unit(cell.text)) {
                        unit_rows[column].insert(cell.text);
                        break;
                    }
                continue;
            }
            if (of_data.count(first_text(lines[i])) == 0) skipped.insert(first_text(lines[i]));
        }
        for (auto const& [column, texts] : unit_rows) {
            line("[[layout.row]]");
            line("kind = \"unit\"");
            line("match = [" + listed(texts) + "]");
            line("column_number = " + std::to_string(column));
            line("");
        }
        if (has_running) {
            line("[[layout.row]]");
            line("kind = \"running\"");
            line("");
        }
        for (auto const& [column, texts] : running) {
            line("[[layout.row]]");
            line("kind = \"skip\" # running numbers with a gap, or that begin twice");
            line("match = [" + listed(texts) + "]");
            line("column_number = " + std::to_string(column));
            line("");
        }
        if (!skipped.empty()) {
            line("[[layout.row]]");
            line("kind = \"skip\" # DOUBT: rows between the figures that hold none");
            line("match = [" + listed(skipped) + "]");
            line("");
        }
        std::set<std::string> ends;
        // Footnotes of an earlier block are skipped by their texts: the end is one that stands nowhere above.
        for (auto i = last_ + 1; i < lines.size() && ends.size() < 3; ++i)
            if (of_data.count(first_text(lines[i])) == 0 && skipped.count(first_text(lines[i])) == 0)
                ends.insert(first_text(lines[i]));
        if (ends.empty()) return;
        line("[[layout.row]]");
        line("kind = \"end\"");
        line("match = [" + listed(ends) + "]");
        line("");
        if (textless_.empty()) return;
        line("# DOUBT: figures without any text stand in " + rows_text(textless_) +
             ": they are set aside; what do they speak of?");
        line("");
    }
    static std::string listed(std::set<std::string> const& texts) {
        std::string all;
        for (auto const& text : texts) all += (all.empty() ? "" : ", ") + pattern_of(text);
        return all;
    }

    void dimensions() {
        line("[[layout.dimension]]");
        line("variable = \"KREISE\"");
        auto name = texts_.end();
        if (key_ != 0) {
            line("column_number = " + std::to_string(key_));
            name = std::find_if(texts_.begin(), texts_.end(),
                                [this](auto const& each) { return each.first > key_; });
            if (name != texts_.end()) line("name_column_number = " + std::to_string(name->first));
            auto const of_keys =
                lines_of_keys(area_rows(name != texts_.end() ? name->first : 0), area_names_);
            out_ += of_keys.dimension;
            list_ = of_keys.list;
            if (name != texts_.end() && list_.empty())
                line("# list = \"areas\" # DOUBT: with a list of keys and names, shifted rows are found");
        } else if (name = names_without_keys(); name != texts_.end()) {
            line("# DOUBT: names without keys; say which key each name is.");
            line("column_number = " + std::to_string(name->first));
            auto const texts = texts_of(name->first);
            out_ += lines_of_names({texts.begin(), texts.end()}, area_names_);
        } else {
            line("# DOUBT: no column of keys was found; which area does the table speak of?");
            line("text = \"03\"");
        }
        line("");
        for (auto each = texts_.begin(); each != texts_.end(); ++each) {
            if (each == name) continue;
            auto const heading = path_of(each->first);
            line("[[layout.dimension]]");
            line("variable = " + quoted("SPALTE_" + std::to_string(each->first)) +
                 (heading.empty() ? "" : " # " + remark(heading)));
            if (!heading.empty()) line("label = " + quoted(heading));
            line("column_number = " + std::to_string(each->first));
            if (each->second) line("fill_down = true # DOUBT: empty fields repeat the one above?");
            line("");
        }
    }
    [[nodiscard]] std::vector<AreaRow> area_rows(std::uint32_t name) const {
        std::vector<AreaRow> rows;
        for (auto i = first_; i <= last_; ++i) {
            if (!is_data_[i] ||
                std::find(textless_.begin(), textless_.end(), at(i).number) != textless_.end())
                continue;
            auto const text = [&cells = at(i).cells](std::uint32_t column) {
                auto const cell = cells.find(column);
                return cell == cells.end() ? std::string{} : cell->second.text;
            };
            rows.push_back({at(i).number, text(key_), text(name)});
        }
        return rows;
    }
    [[nodiscard]] std::set<std::string> texts_of(std::uint32_t column) const {
        std::set<std::string> texts;
        for (auto i = first_; i <= last_; ++i)
            if (auto const cell = at(i).cells.find(column); is_data_[i] && cell != at(i).cells.end())
                texts.insert(cell->second.text);
        return texts;
    }
    /// A column half of whose texts are names of areas.
    std::vector<std::pair<std::uint32_t, bool>>::iterator names_without_keys() {
        return std::find_if(texts_.begin(), texts_.end(), [this](auto const& each) {
            auto const texts = texts_of(each.first);
            auto const known = std::count_if(texts.begin(), texts.end(), [this](auto const& text) {
                return !area_names_.key_of(text).empty();
            });
            return known * 2 >= static_cast<std::ptrdiff_t>(texts.size());
        });
    }

    void values() {
        std::set<std::string> given;
        for (auto const column : values_) {
            auto path = path_of(column);
            line("[[layout.value]]");
            line("first = " + std::to_string(column));
            if (auto const gaps = empty_.find(column); gaps != empty_.end())
                line("# DOUBT: empty in " + rows_text(gaps->second) + times_of(gaps->second) +
                     ": set aside; what does the office mean by it?");
            // Years across tell the columns apart; what else stands above them may be the same for several.
            if (year_line_ != 0 && path.empty()) {
                line("");
                continue;
            }
            if (path.empty()) path = "Spalte " + std::to_string(column);
            auto const base = path;
            auto const years = year_line_ == 0 ? std::string{} : year_above(column);
            for (int i = 2; !given.insert(path + years).second; ++i)
                path = base + " (" + std::to_string(i) + ")";
            line("codes = { SPALTE = " + quoted(path) + " }");
            line("");
        }
    }

    /// ", all of 2005", where the rows share their time.
    [[nodiscard]] std::string times_of(std::vector<std::uint64_t> const& numbers) const {
        std::set<std::string> times;
        for (auto const& each : sheet_.lines())
            if (std::binary_search(numbers.begin(), numbers.end(), each.number))
                if (auto const cell = each.cells.find(time_); cell != each.cells.end())
                    times.insert(cell->second.text);
        return times.size() == 1 ? ", all of " + *times.begin() : "";
    }

    AreaNames const& area_names_;
    std::string out_, list_;
};

} // namespace

std::string of_workbook(std::string_view bytes, std::string const& file_name, std::int32_t day,
                        AreaNames const& names) {
    adapters::xlsx::Workbook const book{bytes, file_name};
    auto const shown = adapters::xlsx::sheets_of(book, {});
    if (shown.empty()) throw Error{Errc::not_a_table, file_name + ": the workbook has no visible sheet"};
    auto const& sheet = *shown.front();
    Sheet const grid{book, sheet};
    std::string out = "# Draft of a description of " + file_name +
                      ": guesses, to be read and corrected by a person.\n# Sheet " + quoted(sheet.name) +
                      ", " + std::to_string(grid.lines().size()) + " rows that hold something.\n";
    std::size_t visible = 0;
    for (auto const& other : book.sheets()) {
        if (other.state == adapters::xlsx::SheetInfo::State::visible) ++visible;
        if (other.name == sheet.name) continue;
        out += "# Also there: sheet " + quoted(other.name) +
               (other.state == adapters::xlsx::SheetInfo::State::visible ? "" : " (hidden)") + ".\n";
    }
    std::string title;
    for (auto const& line : grid.lines())
        if (title.empty() && !line.cells.empty() && !line.cells.begin()->second.is_number)
            title = line.cells.begin()->second.text;
    return out + head(file_name, title, day) + "\n" +
           SheetDraft{grid, sheet.name, file_name, names}.text(visible > 1);
}

} // namespace gateway::ingest::draft
