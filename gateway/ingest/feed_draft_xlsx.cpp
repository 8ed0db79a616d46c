// Drafts for workbooks made for the eye: where the figures begin, what stands above them, which column is what.
//
// Columns are named by their numbers: headers of several merged rows are read for their texts alone. A column of
// figures is told from its neighbours by the dimension SPALTE, whose texts are the path of its header.
#include <algorithm>
#include <map>
#include <set>

#include "adapters/table/texts.hpp"
#include "adapters/xlsx/table.hpp"
#include "gateway/ingest/feed_draft_sheet.hpp"
#include "gateway/ingest/feed_draft_text.hpp"

namespace gateway::ingest::draft {
namespace {

class SheetDraft {
  public:
    SheetDraft(Sheet const& sheet, std::string const& name, std::string const& file_name)
        : sheet_(sheet), name_(name), file_name_(file_name) {
        find_data();
        find_columns();
    }

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
        line("header_row = " + std::to_string(start()));
        line("header_rows = 0");
        time();
        line("measure.text = \"DOUBT\" # a code for what is counted");
        if (units_.empty())
            line("unit.text = \"Anzahl\" # DOUBT: no row of units was found");
        else
            line("unit.footnotes = true");
        line("");
        row_rules(lines);
        dimensions();
        values();
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
    struct Unit {
        std::set<std::string> texts;
    };
    void line(std::string const& text) { out_ += text + "\n"; }
    [[nodiscard]] GridLine const& at(std::size_t index) const { return sheet_.lines()[index]; }
    [[nodiscard]] std::uint64_t start() const {
        return at(first_unit_ < first_ ? first_unit_ : first_).number;
    }

    static std::size_t numbers_of(GridLine const& line) {
        return static_cast<std::size_t>(
            std::count_if(line.cells.begin(), line.cells.end(),
                          [](auto const& one) { return one.second.is_number || is_sign(one.second.text); }));
    }
    /// 1 2 3, or 0 1 2, also with a gap or beginning twice.
    static bool is_running(GridLine const& line) {
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
    static bool is_unit_line(GridLine const& line) {
        bool found = false;
        for (auto const& [column, cell] : line.cells) {
            if (cell.is_number && !is_unit(cell.text)) return false;
            found = found || is_unit(cell.text);
        }
        return found;
    }
    static bool is_heading_of_years(GridLine const& line) {
        std::size_t years = 0;
        for (auto const& [column, cell] : line.cells) {
            if (is_year(cell)) ++years;
            if (cell.is_number && !is_year(cell)) return false;
        }
        return years >= 2;
    }

    /// Rows of figures are those with about as many numbers as most rows that have several.
    void find_data() {
        auto const& lines = sheet_.lines();
        std::map<std::size_t, std::size_t> widths;
        for (auto const& each : lines)
            if (auto const count = numbers_of(each); count > 0 && !is_running(each)) ++widths[count];
        std::size_t usual = 0;
        std::size_t times = 0;
        for (auto const& [width, count] : widths)
            if (count >= times) {
                usual = width;
                times = count;
            }
        auto const least = std::max<std::size_t>(1, usual / 2);
        is_data_.resize(lines.size());
        for (std::size_t i = 0; i < lines.size(); ++i)
            is_data_[i] = lines[i].cells.size() > 1 && numbers_of(lines[i]) >= least &&
                          !is_running(lines[i]) && !is_unit_line(lines[i]) && !is_heading_of_years(lines[i]);
        auto const first = std::find(is_data_.begin(), is_data_.end(), true);
        if (first == is_data_.end())
            throw Error{Errc::not_a_table,
                        file_name_ + ": the sheet '" + name_ + "' has no row with figures"};
        first_ = static_cast<std::size_t>(first - is_data_.begin());
        last_ = is_data_.size() - 1;
        while (!is_data_[last_]) --last_;
        first_unit_ = first_;
        for (std::size_t i = first_; i-- > 0 && first_ - i <= 3;)
            if (is_unit_line(lines[i])) first_unit_ = i;
    }

    void find_columns() {
        struct Count {
            std::size_t filled = 0, numbers = 0, years = 0, whole = 0;
        };
        std::map<std::uint32_t, Count> counts;
        std::size_t rows = 0;
        for (auto i = first_; i <= last_; ++i) {
            if (!is_data_[i]) continue;
            ++rows;
            for (auto const& [column, cell] : at(i).cells) {
                auto& count = counts[column];
                ++count.filled;
                count.years += is_year(cell) ? 1U : 0U;
                count.whole += is_whole(cell) ? 1U : 0U;
                count.numbers += cell.is_number || is_sign(cell.text) ? 1U : 0U;
            }
        }
        for (auto const& [column, count] : counts) {
            auto const heading = path_of(column);
            bool const is_key = count.whole * 10 >= count.filled * 9 &&
                                (sheet_.is_hidden(column) || says(heading, {"ags", "schl", "kennz"}) ||
                                 heading == "Nr." || heading == "Key");
            if (is_key && key_ == 0 && values_.empty())
                key_ = column;
            else if (count.years * 10 >= count.filled * 9 && time_ == 0 && values_.empty())
                time_ = column;
            else if (sheet_.is_hidden(column))
                continue;
            else if (count.numbers * 2 >= count.filled && count.filled * 5 >= rows)
                values_.push_back(column);
            else if (count.filled * 5 >= rows)
                texts_.push_back({column, count.filled < rows});
        }
        uses_hidden_ = key_ != 0 && sheet_.is_hidden(key_);
        if (values_.empty())
            throw Error{Errc::not_a_table,
                        file_name_ + ": the sheet '" + name_ + "' has no column of figures"};
        for (auto i = first_unit_; i <= last_; ++i)
            if (!is_data_[i] && is_unit_line(at(i)))
                for (auto const column : values_)
                    if (auto const cell = at(i).cells.find(column); cell != at(i).cells.end())
                        units_[without_mark(cell->second.text)] = true;
    }

    static std::string without_mark(std::string text) {
        if (auto const mark = adapters::table::footnote_at(text)) text.resize(*mark);
        return adapters::table::tidy(text);
    }

    /// Texts above a column, from the top; titles over the whole table and rows of units are left out.
    [[nodiscard]] std::string path_of(std::uint32_t column) const {
        std::string path;
        std::string last;
        for (std::size_t i = first_ > 8 ? first_ - 8 : 0; i < first_; ++i) {
            auto const& above = at(i);
            std::set<std::string> distinct;
            for (auto const& [other, cell] : above.cells) distinct.insert(cell.text);
            if (distinct.size() < 2 || is_running(above)) continue;
            auto const cell = above.cells.find(column);
            if (cell == above.cells.end() || cell->second.text == last) continue;
            if (is_unit_line(above) && is_unit(cell->second.text)) continue;
            last = cell->second.text;
            path += (path.empty() ? "" : " / ") + last;
        }
        return path;
    }

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
            line("time_variable = \"JAHR\"");
            return;
        }
        line("time.text = " + quoted(year_in_texts()) +
             " # DOUBT: no column of years was found; which time do the figures speak of?");
    }
    /// The last year that title, sheet or file name mention.
    [[nodiscard]] std::string year_in_texts() const {
        std::string found;
        auto const look = [&found](std::string_view text) {
            for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
                auto const word = text.substr(i, 4);
                bool const digits = word.find_first_not_of("0123456789") == std::string_view::npos;
                auto const digit = [&text](std::size_t place) {
                    return place < text.size() && text[place] >= '0' && text[place] <= '9';
                };
                if (digits && word >= "1950" && word <= "2100" && !digit(i + 4) && (i == 0 || !digit(i - 1)))
                    found = word;
            }
        };
        look(file_name_);
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
        for (auto i = last_ + 1; i < lines.size() && ends.size() < 3; ++i)
            if (of_data.count(first_text(lines[i])) == 0) ends.insert(first_text(lines[i]));
        if (ends.empty()) return;
        line("[[layout.row]]");
        line("kind = \"end\"");
        line("match = [" + listed(ends) + "]");
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
            key();
            name = std::find_if(texts_.begin(), texts_.end(),
                                [this](auto const& each) { return each.first > key_; });
            if (name != texts_.end()) {
                line("name_column_number = " + std::to_string(name->first));
                line("# list = \"areas\" # DOUBT: with a list of keys and names, shifted rows are found");
            }
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
    /// Keys without the Land, one digit for its regions, 0 for itself, some with decimal places.
    void key() {
        line("column_number = " + std::to_string(key_));
        std::set<std::size_t> lengths;
        bool has_places = false;
        bool has_zero = false;
        for (auto i = first_; i <= last_; ++i) {
            auto const cell = is_data_[i] ? at(i).cells.find(key_) : at(i).cells.end();
            if (cell == at(i).cells.end()) continue;
            auto const whole = cell->second.text.substr(0, cell->second.text.find('.'));
            has_places = has_places || whole.size() != cell->second.text.size();
            has_zero = has_zero || whole == "0";
            lengths.insert(whole.size());
        }
        if (has_places) line("before = \".\" # keys with decimal places");
        if (lengths.count(5) > 0 || lengths.count(8) > 0) return;
        if (lengths.count(3) == 0 && (lengths.count(4) > 0 || lengths.count(7) > 0)) {
            line("prepend = \"0\" # DOUBT: keys that are numbers have lost their zero");
            return;
        }
        line("prepend = \"03\" # DOUBT: the keys lack their Land; which one?");
        if (has_zero) line("recode = { \"0\" = \"03\" } # DOUBT: the Land itself");
    }

    void values() {
        std::set<std::string> given;
        for (auto const column : values_) {
            auto path = path_of(column);
            if (path.empty()) path = "Spalte " + std::to_string(column);
            auto const base = path;
            for (int i = 2; !given.insert(path).second; ++i) path = base + " (" + std::to_string(i) + ")";
            line("[[layout.value]]");
            line("first = " + std::to_string(column));
            line("codes = { SPALTE = " + quoted(path) + " }");
            line("");
        }
    }

    Sheet const& sheet_;
    std::string name_, file_name_;
    std::vector<bool> is_data_;
    std::size_t first_ = 0, last_ = 0, first_unit_ = 0;
    std::uint32_t key_ = 0, time_ = 0;
    std::vector<std::uint32_t> values_;
    std::vector<std::pair<std::uint32_t, bool>> texts_; ///< with whether some of their fields are empty
    std::map<std::string, bool> units_;
    bool uses_hidden_ = false;
    std::string out_;
};

} // namespace

std::string of_workbook(std::string_view bytes, std::string const& file_name, std::int32_t day) {
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
           SheetDraft{grid, sheet.name, file_name}.text(visible > 1);
}

} // namespace gateway::ingest::draft
