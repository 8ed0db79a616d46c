// The audit of a crosswalk: sums, gaps, doubles, keys against the register.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/import.hpp"

namespace gateway::harmonize::territory {
namespace {

std::int32_t day_of(Crosswalk const& table, std::int32_t status) {
    return table.status == Crosswalk::Status::day ? status : days_from_date(status, 12, 31).value_or(0);
}

std::string text_of(Crosswalk const& table, std::int32_t status) {
    return table.status == Crosswalk::Status::day ? date_text(status) : std::to_string(status);
}

struct Collected {
    std::uint64_t count = 0;
    std::string examples;
    void add(std::string const& example) {
        if (count < 5) examples += (count == 0 ? "" : ", ") + example;
        ++count;
    }
    void report(ImportReport& to, Errc code, Severity severity, std::string const& text,
                std::string const& next) const {
        if (count == 0) return;
        to.findings.push_back(
            {code, severity, {}, text + ": " + examples + (count > 5 ? ", ..." : ""), next, count});
    }
};

void audit_sums(Crosswalk const& table, ImportReport& report) {
    constexpr double rounding = 1e-3; ///< tables with four decimals
    constexpr double exact = 1e-9;
    for (std::size_t w = 0; w < weight_count; ++w) {
        Collected wrong;
        Collected rounded;
        Collected percent;
        for (std::uint32_t key = 0; key < table.old_keys.size(); ++key) {
            for (auto entry = table.first_entry[key]; entry < table.first_entry[key + 1]; ++entry) {
                double sum = 0;
                for (auto const& part : table.parts_of(entry)) sum += part.weights[w];
                if (std::isnan(sum) || std::abs(sum - 1) <= exact) continue;
                char value[32];
                std::snprintf(value, sizeof value, "%.6g", sum);
                auto const example = std::string{table.old_keys.text(key)} + " in " +
                                     text_of(table, table.statuses[entry]) + " (" + value + ")";
                (std::abs(sum - 1) <= rounding           ? rounded
                 : std::abs(sum - 100) <= rounding * 100 ? percent
                                                         : wrong)
                    .add(example);
            }
        }
        auto const name = std::string{to_string(static_cast<Weight>(w))};
        wrong.report(report, Errc::malformed, Severity::warning,
                     "weights by " + name + " that do not add up to 1",
                     "their shares follow the area instead; only --mode ags uses them as they are");
        percent.report(report, Errc::unknown_unit, Severity::error,
                       "weights by " + name + " that add up to 100: they are percentages",
                       "divide the column by 100");
        rounded.report(report, Errc::malformed, Severity::info,
                       "weights by " + name + " rounded by the source", "they are brought to a sum of 1");
    }
}

void audit_gaps(Crosswalk const& table, ImportReport& report) {
    if (table.status != Crosswalk::Status::year) return;
    Collected gaps;
    for (std::uint32_t key = 0; key < table.old_keys.size(); ++key)
        for (auto entry = table.first_entry[key]; entry + 1 < table.first_entry[key + 1]; ++entry)
            if (table.statuses[entry + 1] == table.statuses[entry] + 2)
                gaps.add(std::string{table.old_keys.text(key)} + " in " +
                         std::to_string(table.statuses[entry] + 1));
    gaps.report(report, Errc::missing_territory, Severity::warning, "areas missing in one year only",
                "values of that year are not carried; the events are used where the register knows them");
}

/// "03995 (near: 03955 Alt)": what may have been meant.
std::string with_candidates(std::string_view key, Register const& areas) {
    std::string text{key};
    auto const near = areas.near(key, 2);
    for (std::size_t i = 0; i < near.size(); ++i)
        text += (i == 0 ? " (near: " : ", ") + std::string{near[i].life->key} + " " +
                std::string{near[i].life->name} + " " + validity_text(*near[i].life);
    return near.empty() ? text : text + ")";
}

/// Counties of a heading's day against those in force; a stale heading shows here.
void audit_counties(Crosswalk const& table, Register const& areas, ImportReport& report) {
    Collected early;
    Collected never;
    for (std::uint32_t key = 0; key < table.old_keys.size(); ++key) {
        if (areas.lives(table.old_keys.text(key)).empty()) {
            never.add(with_candidates(table.old_keys.text(key), areas));
            continue;
        }
        for (auto entry = table.first_entry[key]; entry < table.first_entry[key + 1]; ++entry)
            if (areas.life_on(table.old_keys.text(key), day_of(table, table.statuses[entry])) == nullptr)
                early.add(std::string{table.old_keys.text(key)} + " in " +
                          text_of(table, table.statuses[entry]));
    }
    never.report(report, Errc::unknown_area, Severity::error, "keys that no county ever had",
                 "correct them; near keys are named behind");
    early.report(
        report, Errc::unknown_area, Severity::warning, "counties not in force on their day",
        "the table shows a change early, or the key is wrong; its rows are used for these keys only");
    if (!table.target) return;
    std::uint64_t strangers = 0;
    std::set<std::string_view> targets;
    for (std::uint32_t key = 0; key < table.new_keys.size(); ++key) targets.insert(table.new_keys.text(key));
    auto const target = day_of(table, *table.target);
    Collected unknown;
    for (auto const key : targets) {
        if (areas.life_on(key, target) != nullptr) continue;
        ++strangers;
        unknown.add(std::string{key});
    }
    if (strangers == 0) return;
    // Which day do the targets fit?
    std::string fits;
    for (int year = 1990; year <= 2030 && fits.empty(); ++year) {
        auto const day = days_from_date(year, 12, 31).value_or(0);
        if (std::all_of(targets.begin(), targets.end(),
                        [&](std::string_view key) { return areas.life_on(key, day) != nullptr; }))
            fits = std::to_string(year);
    }
    unknown.report(report, Errc::structure_changed, Severity::error,
                   "targets not in force on " + date_text(target) +
                       (fits.empty() ? "" : ", but on 31 December " + fits),
                   "the heading is stale: name the file after the year that its targets fit");
}

} // namespace

void audit_crosswalk(Crosswalk const& table, Register const& areas, ImportReport& report) {
    std::map<std::size_t, std::uint64_t> lengths;
    for (std::uint32_t key = 0; key < table.old_keys.size(); ++key)
        ++lengths[table.old_keys.text(key).size()];
    if (lengths.size() == 1 && lengths.count(5) == 1)
        report.level = "kreise";
    else if (lengths.size() == 1 && lengths.count(8) == 1)
        report.level = "gemeinden";
    else {
        std::string text;
        for (auto const& [length, count] : lengths)
            text += (text.empty() ? "" : ", ") + std::to_string(count) + " of " + std::to_string(length) +
                    " digits";
        report.findings.push_back(
            {Errc::unknown_area,
             Severity::error,
             {},
             "keys of several lengths: " + text,
             "expected five digits (counties) or eight (municipalities) throughout; zeros get "
             "lost where keys are read as numbers",
             1});
    }
    auto const statuses = table.all_statuses();
    if (!statuses.empty()) report.from = text_of(table, statuses.front());
    if (table.target) report.to = text_of(table, *table.target);
    if (!table.target) {
        report.findings.push_back({Errc::unknown_time,
                                   Severity::error,
                                   {},
                                   "no year of the new keys",
                                   "name the file after it, as in kreise_2020.csv, or give a column year_to",
                                   1});
    }
    report.findings.insert(report.findings.end(), table.issues.begin(), table.issues.end());
    audit_sums(table, report);
    audit_gaps(table, report);
    if (report.level == "kreise") audit_counties(table, areas, report);
}

} // namespace gateway::harmonize::territory
