#include "gateway/harmonize/territory/import.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/io/csv.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr char const* destatis =
    "© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys: reproduction and "
    "distribution permitted with source reference";
constexpr char const* bbsr =
    "BBSR, Laufende Raumbeobachtung: the tables carry no licence text; ask BBSR before passing them on";

[[noreturn]] void refuse_unknown(std::string const& name, std::string const& found) {
    throw Error(
        Errc::not_a_table,
        name + ": found " + found +
            ", expected a change list (event_id, ags_old, ags_new, date_legal ...), a register extract "
            "(gebietsstand, ags, pop_total ...), GV100AD (fixed width), or a crosswalk (year, ags_old, "
            "ags_new, "
            "w_pop ...); next step: see docs/territory.md, import");
}

void add(ImportReport& report, Errc code, Severity severity, std::uint64_t count, std::string text,
         std::string next_step, std::uint64_t line = 0) {
    report.findings.push_back({code, severity, {line, 0}, std::move(text), std::move(next_step), count});
}

std::string examples(std::vector<std::string> const& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size() && i < 5; ++i) text += (i == 0 ? "" : ", ") + list[i];
    if (list.size() > 5) text += " and " + std::to_string(list.size() - 5) + " more";
    return text;
}

/// Rows that could not be used: counted all; of each cause the first ones are told.
void take_rejected(std::vector<Issue> const& rejected, ImportReport& report) {
    constexpr std::size_t told_of_a_cause = 5;
    report.set_aside += rejected.size();
    report.rows_in = report.rows + report.set_aside;
    std::map<Errc, std::vector<std::size_t>> told;
    for (auto const& issue : rejected) {
        auto& places = told[issue.code];
        if (places.size() < told_of_a_cause) {
            places.push_back(report.findings.size());
            report.findings.push_back(issue);
            continue;
        }
        // The last one told stands for the rest.
        ++report.findings[places.back()].count;
    }
}

void audit_extract(RegisterExtract const& extract, Register const& areas, ImportReport& report) {
    std::vector<std::string> doubled;
    std::vector<std::string> unpopulated;
    std::set<std::string> lands;
    for (std::size_t i = 0; i < extract.rows.size(); ++i) {
        auto const& row = extract.rows[i];
        if (row.key.size() == 8) lands.insert(row.key.substr(0, 2));
        // Uninhabited areas of a county share the collective key 444.
        if (i > 0 && extract.rows[i - 1].key == row.key && row.key.substr(row.key.size() - 3) != "444")
            doubled.push_back(row.key);
        if (!row.population) unpopulated.push_back(row.key);
    }
    auto const day = date_text(extract.day);
    std::set<std::string> strangers;
    for (auto const& row : extract.rows) {
        // 999: waters and the condominium with Luxembourg, which lie in no county.
        if (row.key.size() != 8 || row.key.substr(5) == "999") continue;
        auto const county = row.key.substr(0, 5);
        if (areas.life_on(county, extract.day) == nullptr) strangers.insert(county);
    }
    if (!strangers.empty())
        add(report, Errc::unknown_area, Severity::warning, strangers.size(),
            day + ": counties not in force on this day: " + examples({strangers.begin(), strangers.end()}),
            "the extract shows another day than it says; maps from it follow the keys that it has");
    if (!doubled.empty())
        add(report, Errc::duplicate_key, Severity::warning, doubled.size(),
            day + ": keys on several lines: " + examples(doubled),
            "their figures are added up; check the extract");
    if (!unpopulated.empty())
        add(report, Errc::empty_cell, Severity::warning, unpopulated.size(),
            day + ": no population for " + examples(unpopulated), "shares of these areas follow their area");
    if (lands.size() < 16)
        add(report, Errc::level_not_loaded, Severity::info, 1,
            day + ": holds " + std::to_string(lands.size()) + " of 16 Länder", "import the other parts too");
}

void audit_changes(std::vector<ChangeRow> const& rows, ImportReport& report) {
    std::set<std::string> seen;
    std::vector<std::string> doubled;
    std::vector<std::string> late;
    std::vector<std::string> unweighted;
    std::map<std::string, std::uint64_t> unknown_types;
    std::set<std::string> levels;
    for (auto const& row : rows) {
        if (!seen.insert(row.id + "|" + row.old_key + "|" + row.new_key + "|" + row.type + "|" + row.old_name)
                 .second)
            doubled.push_back(row.id);
        constexpr std::int32_t year = 366;
        if (std::abs(row.legal - row.statistical) > year) late.push_back(row.id);
        bool const known = row.type.empty() || row.type.find_first_not_of("1234+") == std::string::npos;
        if (!known) ++unknown_types[row.type];
        if (row.type == "2" && !row.population && !row.area_m2) unweighted.push_back(row.id);
        levels.insert(row.new_key.size() == 8 ? "gemeinden" : row.new_key.size() == 5 ? "kreise" : "other");
    }
    levels.erase("other");
    for (auto const& level : levels) report.level += (report.level.empty() ? "" : "+") + level;
    if (!rows.empty()) {
        report.from = date_text(rows.front().legal);
        report.to = date_text(rows.back().legal);
    }
    if (!doubled.empty())
        add(report, Errc::duplicate_key, Severity::warning, doubled.size(),
            "rows that stand there twice: " + examples(doubled), "the second one is left out");
    if (!late.empty())
        add(report, Errc::unknown_time, Severity::info, late.size(),
            "legal and statistical day more than a year apart: " + examples(late), "the legal day counts");
    if (!unweighted.empty())
        add(report, Errc::empty_cell, Severity::warning, unweighted.size(),
            "partial transfers without area and population: " + examples(unweighted),
            "their share is not known");
    for (auto const& [type, count] : unknown_types)
        add(report, Errc::unknown_code, Severity::error, count, "change type '" + type + "'",
            "expected 1, 2, 3, 4 or a combination such as 2+3");
}

std::vector<std::string> header_of(std::string_view bytes, std::string const& name) {
    io::CsvReader reader{bytes.substr(0, std::min(bytes.find('\n'), bytes.size())), name};
    if (!reader.next()) return {};
    return {reader.fields().begin(), reader.fields().end()};
}

} // namespace

std::string_view to_string(ImportKind kind) noexcept {
    constexpr std::string_view names[] = {"change list", "register extract", "GV100AD", "crosswalk",
                                          "workbook"};
    return names[static_cast<std::size_t>(kind)];
}

bool ImportReport::sound() const noexcept {
    return std::none_of(findings.begin(), findings.end(),
                        [](Issue const& issue) { return issue.severity == Severity::error; });
}

ImportReport workbook_report(std::string_view bytes, std::string const& name) {
    ImportReport report;
    report.name = name;
    report.kind = ImportKind::workbook;
    report.bytes = bytes.size();
    report.sha256 = io::sha256_hex(bytes);
    report.licence = "as its tables";
    return report;
}

ImportReport audit_import(std::string_view bytes, std::string const& name, Register const& areas) {
    ImportReport report;
    report.name = name;
    report.bytes = bytes.size();
    report.sha256 = io::sha256_hex(bytes);
    report.licence = destatis;
    if (bytes.empty()) refuse_unknown(name, "an empty file");
    if (bytes.substr(0, 2) == "PK") {
        throw Error(Errc::not_a_table,
                    name + ": found a workbook (XLSX), expected CSV or fixed width; next step: save each "
                           "sheet as CSV in UTF-8 with the column names of docs/territory.md, import");
    }
    if (looks_like_gv100(bytes)) {
        auto const gv100 = read_gv100(bytes, name);
        report.kind = ImportKind::gv100;
        report.level = "gemeinden";
        report.rows = gv100.extract.rows.size();
        report.rows_in = gv100.lines;
        report.other_level = report.rows_in - report.rows;
        report.from = report.to = date_text(gv100.extract.day);
        if (gv100.latin1) add(report, Errc::wrong_charset, Severity::info, 1, "ISO-8859-1", "read as such");
        if (gv100.short_lines > 0)
            add(report, Errc::short_row, Severity::warning, gv100.short_lines,
                "municipal lines shorter than 150 characters",
                "their population is not known; get the file again, untouched");
        audit_extract(gv100.extract, areas, report);
        return report;
    }
    if (!is_utf8(bytes))
        throw Error(Errc::wrong_charset,
                    name + ": found bytes that are not UTF-8; next step: save the file as CSV in UTF-8");
    auto const header = header_of(bytes, name);
    auto const has = [&header](std::string_view column) {
        return std::find(header.begin(), header.end(), column) != header.end();
    };
    if (has("event_id") && has("date_legal") && (has("ags_new") || has("key_new"))) {
        std::vector<Issue> rejected;
        auto const rows = read_change_list(bytes, name, &rejected);
        report.kind = ImportKind::changes;
        report.rows = rows.size();
        take_rejected(rejected, report);
        audit_changes(rows, report);
        return report;
    }
    if (has("gebietsstand") && has("ags")) {
        std::vector<Issue> rejected;
        auto const extracts = read_register_csv(bytes, name, &rejected);
        report.kind = ImportKind::extract;
        report.level = "gemeinden";
        for (auto const& extract : extracts) {
            report.rows += extract.rows.size();
            audit_extract(extract, areas, report);
        }
        if (!extracts.empty()) {
            report.from = date_text(extracts.front().day);
            report.to = date_text(extracts.back().day);
        }
        take_rejected(rejected, report);
        return report;
    }
    std::vector<std::string_view> const names{header.begin(), header.end()};
    if (!is_crosswalk_header(names)) {
        std::string const first = header.empty() ? "" : header.front().substr(0, 40);
        refuse_unknown(name, "a file that begins with '" + first + "'");
    }
    report.kind = ImportKind::crosswalk;
    report.licence = bbsr;
    CrosswalkText const text{name, bytes};
    std::vector<Issue> rejected;
    auto const table = read_crosswalk({&text, 1}, false, &rejected);
    // Tables that follow one another are one crosswalk; the rows are those of the file. Of two equal ones the second is
    // left out, as the table's own issues say.
    for (auto const& source : table.sources) report.rows += source.rows;
    report.set_aside += static_cast<std::uint64_t>(
        std::count_if(table.issues.begin(), table.issues.end(),
                      [](Issue const& issue) { return issue.code == Errc::duplicate_key; }));
    report.rows -= report.set_aside;
    take_rejected(rejected, report);
    audit_crosswalk(table, areas, report);
    return report;
}

} // namespace gateway::harmonize::territory
