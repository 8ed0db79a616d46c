#include "gateway/intake/check_shift.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

namespace gateway::intake {
namespace {

constexpr std::size_t least_rows = 3;
constexpr double telling = 20; // smaller numbers agree by chance
constexpr double least_evidence = 3;
constexpr double little_evidence = 0.25;
constexpr std::uint64_t widest_gap = 3; // lines between two of a run: rows whose value happens to be right
constexpr double near = 0.05;           // relative, for neighbouring periods

/// Candidates of one line: [first, last).
struct Row {
    std::uint64_t line = 0;
    std::size_t first = 0, last = 0;
};

bool fits(ShiftCandidate const& cell, ShiftCandidate const& other) {
    if (cell.exact && other.exact) return cell.found == other.due;
    return std::abs(cell.found - other.due) <= near * std::abs(other.due);
}

class Finder {
  public:
    explicit Finder(std::vector<ShiftCandidate> const& cells) : cells_(cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (rows_.empty() || rows_.back().line != cells[i].line) rows_.push_back({cells[i].line, i, i});
            rows_.back().last = i + 1;
        }
    }

    std::vector<Shift> run() {
        std::vector<Shift> shifts;
        for (int const off : {1, -1, 0}) add_runs(off, shifts);
        std::sort(shifts.begin(), shifts.end(),
                  [](Shift const& a, Shift const& b) { return a.first_line < b.first_line; });
        return shifts;
    }

  private:
    /// Most cells of the row have the value that is due `off` rows further on (0: in another column).
    bool is_off(std::size_t at, int off) const {
        auto const& row = rows_[at];
        Row const* from = &row;
        if (off != 0) {
            auto const next = static_cast<std::ptrdiff_t>(at) + off;
            if (next < 0 || next >= static_cast<std::ptrdiff_t>(rows_.size())) return false;
            from = &rows_[static_cast<std::size_t>(next)];
            auto const gap = off > 0 ? from->line - row.line : row.line - from->line;
            if (gap != 1) return false;
        } else if (row.last - row.first < least_rows) {
            return false;
        }
        std::size_t fitting = 0;
        for (auto i = row.first; i < row.last; ++i) {
            bool any = false;
            for (auto j = from->first; j < from->last && !any; ++j)
                any = i != j && fits(cells_[i], cells_[j]);
            fitting += any ? 1 : 0;
        }
        return fitting * 2 > row.last - row.first;
    }

    void add_runs(int off, std::vector<Shift>& shifts) {
        std::size_t at = 0;
        while (at < rows_.size()) {
            if (!is_off(at, off)) {
                ++at;
                continue;
            }
            auto first = at;
            auto last = at; // the last row that is off
            std::set<double> values;
            double evidence = 0;
            std::size_t off_rows = 0;
            std::size_t off_until_last = 0;
            std::size_t seen_until_last = 0;
            for (auto i = at; i < rows_.size() && rows_[i].line - rows_[last].line <= widest_gap; ++i) {
                if (!is_off(i, off)) continue;
                last = i;
                ++off_rows;
                off_until_last = off_rows;
                seen_until_last = i - at + 1;
                auto const found = cells_[rows_[i].first].found;
                evidence += found >= telling ? 1 : little_evidence;
                for (auto cell = rows_[i].first; cell < rows_[i].last; ++cell)
                    values.insert(cells_[cell].found);
            }
            at = last + 1;
            if (off != 0 && evidence < least_evidence) continue;
            if (values.size() < least_rows || off_until_last * 5 < seen_until_last * 4) continue;
            // The value of the row at the end comes from outside of the run.
            if (off > 0 && last + 1 < rows_.size() && rows_[last + 1].line == rows_[last].line + 1)
                at = ++last + 1;
            if (off < 0 && first > 0 && rows_[first - 1].line + 1 == rows_[first].line) --first;
            auto const next = taken_.upper_bound(rows_[last].line);
            bool const known = next != taken_.begin() && std::prev(next)->second >= rows_[first].line;
            if (known) continue;
            Shift shift;
            shift.first_line = rows_[first].line;
            shift.last_line = rows_[last].line;
            shift.rows = off == 0 ? last - first + 1 : shift.last_line - shift.first_line + 1;
            shift.is_column = off == 0;
            shift.rows_off = off;
            shift.first = rows_[first].first;
            taken_[shift.first_line] = shift.last_line;
            shifts.push_back(shift);
        }
    }

    std::vector<ShiftCandidate> const& cells_;
    std::vector<Row> rows_;
    std::map<std::uint64_t, std::uint64_t> taken_; ///< first and last lines of shifts
};

} // namespace

std::vector<Shift> find_shifts(std::vector<ShiftCandidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](ShiftCandidate const& a, ShiftCandidate const& b) { return a.line < b.line; });
    return Finder{candidates}.run();
}

} // namespace gateway::intake
