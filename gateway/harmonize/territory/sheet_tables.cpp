// Sheets of one workbook put together into tables for the import.
#include <algorithm>
#include <set>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/sheet.hpp"
#include "gateway/harmonize/territory/sheet_text.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::string_view crosswalk_header =
    "year,year_to,ags_old,name_old,ags_new,name_new,w_pop,w_area,w_emp,pop_1000,area_km2,emp_1000\n";
constexpr std::string_view change_header =
    "event_id,ags_old,name_old,change_type,area_m2,pop,ags_new,name_new,date_legal,date_stat\n";
constexpr std::string_view extract_header = "gebietsstand,ags,name,area_km2,pop_total\n";

/// Whether these keys are those of all counties of their Länder at the end of a year.
bool fits(std::vector<std::string> const& keys, int year, Register const& areas) {
    auto const day = days_from_date(year, 12, 31).value_or(0);
    std::set<std::string_view> counties;
    std::set<std::string_view> lands;
    for (auto const& key : keys) {
        auto const county = std::string_view{key}.substr(0, 5);
        if (areas.life_on(county, day) == nullptr) return false;
        counties.insert(county);
        lands.insert(county.substr(0, 2));
    }
    auto const due = areas.counties_on(day);
    return std::all_of(due.begin(), due.end(), [&](AreaLife const* life) {
        return lands.count(life->key.substr(0, 2)) == 0 || counties.count(life->key) > 0;
    });
}

/// Districts with "000" behind them: all keys of a table of districts, and only of such a one.
bool are_padded_districts(SheetTable const& sheet) {
    auto const padded = [](std::string_view key) { return key.size() == 8 && key.ends_with("000"); };
    for (std::size_t at = 0; at < sheet.csv.size(); at = sheet.csv.find('\n', at) + 1)
        if (!padded(std::string_view{sheet.csv}.substr(at, sheet.csv.find(',', at) - at))) return false;
    return std::all_of(sheet.new_keys.begin(), sheet.new_keys.end(), padded);
}

void cut_districts(SheetTable& sheet) {
    std::string cut;
    for (std::size_t at = 0; at < sheet.csv.size();) {
        auto const end = sheet.csv.find('\n', at);
        std::string_view const line{sheet.csv.data() + at, end - at};
        // Keys hold no quotes; names before the second one may, and the key stands behind them.
        auto const second = [&line] {
            bool quoted = false;
            unsigned commas = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                if (line[i] == '"') quoted = !quoted;
                if (line[i] == ',' && !quoted && ++commas == 2) return i + 1;
            }
            return line.size();
        }();
        cut += line.substr(0, 5);
        cut += line.substr(8, second - 8 + 5);
        cut += line.substr(second + 8);
        cut += '\n';
        at = end + 1;
    }
    sheet.csv = std::move(cut);
    for (auto& key : sheet.new_keys) key.resize(5);
}

void count(SheetTable const& sheet, WorkbookTable& table) {
    table.rows += sheet.rows;
    table.used += sheet.used;
    table.header += sheet.header;
    table.notes += sheet.notes;
    table.other_level += sheet.other_level;
    table.set_aside += sheet.set_aside;
}

class Crosswalks {
  public:
    Crosswalks(std::string const& workbook, Register const& areas) : workbook_(workbook), areas_(areas) {}
    void add(SheetTable& sheet, std::set<int> const& headings);
    std::vector<WorkbookTable> tables() {
        std::vector<WorkbookTable> result;
        for (auto& [target, table] : by_target_) result.push_back(std::move(table));
        return result;
    }

  private:
    int settle(SheetTable& sheet, std::set<int> const& headings) const;
    std::string const& workbook_;
    Register const& areas_;
    std::map<int, WorkbookTable> by_target_;
};

/// The year that the target keys say: of the heading, of another sheet's, of the file's name.
int Crosswalks::settle(SheetTable& sheet, std::set<int> const& headings) const {
    std::vector<int> candidates;
    if (sheet.target) candidates.push_back(*sheet.target);
    candidates.insert(candidates.end(), headings.rbegin(), headings.rend());
    for (int const year : years_in_name(workbook_)) candidates.push_back(year);
    for (int const year : candidates) {
        if (!fits(sheet.new_keys, year, areas_)) continue;
        if (sheet.target && year != *sheet.target)
            sheet.findings.push_back({Errc::structure_changed,
                                      Severity::warning,
                                      {},
                                      sheet.name + " is headed 31 December " + std::to_string(*sheet.target) +
                                          ", its target keys are those of 31 December " +
                                          std::to_string(year),
                                      "the keys count; the heading is stale",
                                      1});
        return year;
    }
    if (!candidates.empty()) return candidates.front(); // the audit of the table says what is wrong with it
    sheet.findings.push_back({Errc::unknown_time,
                              Severity::error,
                              {},
                              sheet.name + ": no year of the target keys in its header",
                              "name the file after it, as in kreise_2020.xlsx",
                              1});
    return 0;
}

void Crosswalks::add(SheetTable& sheet, std::set<int> const& headings) {
    bool const districts = are_padded_districts(sheet);
    if (districts) cut_districts(sheet);
    auto const target = settle(sheet, headings);
    if (sheet.years.empty())
        sheet.findings.push_back({Errc::unknown_time,
                                  Severity::error,
                                  {},
                                  sheet.name + ": no year of the old keys in its name or header",
                                  "name the sheet after the year of its old keys",
                                  1});
    auto& table = by_target_[target];
    if (table.csv.empty()) {
        table.name = workbook_ + ", to " + std::to_string(target);
        table.csv = crosswalk_header;
    }
    for (int const year : sheet.years) {
        auto const lead = std::to_string(year) + "," + std::to_string(target) + ",";
        for (std::size_t at = 0; at < sheet.csv.size();) {
            auto const end = sheet.csv.find('\n', at);
            table.csv += lead;
            table.csv.append(sheet.csv, at, end - at + 1);
            at = end + 1;
        }
    }
    if (districts)
        sheet.findings.push_back({Errc::repaired_row,
                                  Severity::info,
                                  {},
                                  sheet.name + ": keys of districts had 000 behind them",
                                  "they were cut off",
                                  1});
    count(sheet, table);
    table.findings.insert(table.findings.end(), sheet.findings.begin(), sheet.findings.end());
}

} // namespace

std::vector<WorkbookTable> tables_of(std::string const& workbook, std::vector<SheetTable> sheets,
                                     Register const& areas) {
    std::vector<WorkbookTable> result;
    std::set<int> headings;
    for (auto const& sheet : sheets)
        if (sheet.target) headings.insert(*sheet.target);
    Crosswalks crosswalks{workbook, areas};
    std::string others;
    bool known = false;
    for (auto& sheet : sheets) {
        if (!sheet.kind) {
            others += (others.empty() ? "" : "; ") + sheet.name + ": " + sheet.why_not;
            continue;
        }
        known = true;
        if (sheet.kind == ImportKind::crosswalk) {
            crosswalks.add(sheet, headings);
            continue;
        }
        auto const header = sheet.kind == ImportKind::changes ? change_header : extract_header;
        WorkbookTable table;
        table.name = sheet.name;
        table.csv = std::string{header} + sheet.csv;
        table.findings = sheet.findings;
        count(sheet, table);
        result.push_back(std::move(table));
    }
    for (auto& table : crosswalks.tables()) result.push_back(std::move(table));
    if (!known)
        throw Error{Errc::not_a_table,
                    workbook + ": no sheet is a change list, a register extract or a crosswalk (" + others +
                        "); next step: see docs/territory.md, import"};
    return result;
}

} // namespace gateway::harmonize::territory
