#include "gateway/harmonize/territory/report.hpp"

#include <array>
#include <cstdio>

#include "gateway/harmonize/territory/audit.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr Fate all_fates[] = {
    Fate::exact,        Fate::nearest,   Fate::key_or_time_missing, Fate::key_unknown, Fate::other_level,
    Fate::time_unknown, Fate::unmatched, Fate::no_territory,        Fate::duplicate,   Fate::share_unknown};

std::string name_of(Fate fate) {
    return fate == Fate::nearest ? "matched_fuzzy" : std::string{to_string(fate)};
}

ConvertReport::Line line_of(Conversion const& conversion, Trouble const& trouble) {
    auto const& crosswalk = conversion.plan().crosswalk();
    ConvertReport::Line line;
    line.what = to_string(trouble.fate);
    line.rows = trouble.rows;
    switch (trouble.fate) {
    case Fate::key_or_time_missing:
        line.text =
            trouble.key.empty() ? "no key" : trouble.key + ": '" + trouble.time + "' is no year or date";
        break;
    case Fate::time_unknown: {
        auto const& statuses = conversion.plan().statuses();
        line.text = trouble.time + " is not in the tables";
        if (!statuses.empty() && crosswalk.status == Crosswalk::Status::year)
            line.text +=
                " (" + std::to_string(statuses.front()) + "-" + std::to_string(statuses.back()) + ")";
        else
            line.text += ", which lead from 1990-01-01 to the end of this year";
        break;
    }
    case Fate::unmatched: {
        line.text = trouble.key + " did not exist at " + trouble.time;
        auto const reading = conversion.keys().read(trouble.key);
        if (reading.state == KeyReading::State::known)
            line.text += "; the tables have " + key_text(crosswalk, reading.old_key);
        line.text += ". --nearest-year takes the nearest of these years";
        break;
    }
    case Fate::share_unknown:
        line.text = trouble.key + " of " + trouble.time +
                    " was divided on the way, and nobody has told its shares; import a table that has them "
                    "(kreislauf "
                    "territory import), or name one with --crosswalk";
        break;
    case Fate::duplicate:
        line.text = trouble.key + " has several rows for one time and stratum; the first counts";
        break;
    default: {
        auto const reading = conversion.keys().read(trouble.key);
        line.text = trouble.key;
        if (!reading.why.empty()) line.text += ": " + reading.why;
        if (reading.state == KeyReading::State::known) {
            line.text += ": the tables have no " +
                         std::string{to_string(conversion.plan().request().weight)} + " weights for " +
                         key_text(crosswalk, reading.old_key);
            break;
        }
        if (trouble.fate == Fate::key_unknown)
            line.candidates = conversion.keys().candidates(trouble.key, trouble.name, trouble.status);
    }
    }
    line.text += ", first in line " + std::to_string(trouble.first_line);
    return line;
}

std::string shown(double number) {
    std::array<char, 40> buffer{};
    auto const written = std::snprintf(buffer.data(), buffer.size(), "%.6g", number);
    return {buffer.data(), static_cast<std::size_t>(written)};
}

void append(std::string& text, std::string const& name, std::uint64_t count, char const* behind = "") {
    auto number = std::to_string(count);
    text +=
        std::string(number.size() < 12 ? 12 - number.size() : 0, ' ') + number + "  " + name + behind + "\n";
}

} // namespace

std::uint64_t ConvertReport::set_aside() const noexcept {
    std::uint64_t rows = unreadable;
    for (auto const& [name, count] : fates)
        if (name != "matched_exact" && name != "matched_fuzzy" && name != "other_level" &&
            name != "no_territory")
            rows += count;
    return rows;
}

std::string ConvertReport::text() const {
    std::string text = "rows of " + input + "\n";
    append(text, "in", rows_in);
    for (auto const& [name, count] : fates)
        if (count > 0) append(text, name, count);
    if (repaired_rows > 0) append(text, "of the matched ones by a repaired key", repaired_rows);
    for (auto const& line : lines) {
        text += "  " + line.what + " " + std::to_string(line.rows) + "x: " + line.text + "\n";
        for (auto const& candidate : line.candidates) text += "      near: " + candidate + "\n";
    }
    if (lines_left_out > 0) text += "  and " + std::to_string(lines_left_out) + " more kinds of such rows\n";
    if (unreadable > 0)
        text += "  " + std::to_string(unreadable) + " values are no numbers: " + first_unreadable + "\n";
    text += "results under " + target_name + "\n";
    append(text, "rows", rows_out);
    for (auto const& [name, count] : statuses)
        if (count > 0) append(text, "values ", count, name.c_str());
    for (auto const& [name, count] : flags)
        if (count > 0) append(text, "values with ", count, name.c_str());
    for (auto const& [name, error] : errors)
        text += "  " + name + ": " + std::to_string(error.measured) + " of " +
                std::to_string(error.estimates) + " estimates measured by municipalities; misplaced " +
                shown(error.misplaced) + " of " + shown(error.total) + "; worst " + shown(100 * error.worst) +
                " %" + (error.worst_place.empty() ? "" : " (" + error.worst_place + ")") + "\n";
    text += "tables\n";
    for (auto const& table : tables)
        text +=
            "  " + table.name + ", " + std::to_string(table.rows) + " rows, sha256 " + table.sha256 + "\n";
    for (auto const& issue : issues)
        text += "  " + std::string{to_string(issue.severity)} + ": " + issue.text + " (" +
                std::to_string(issue.count) + "x); " + issue.next_step + "\n";
    return text;
}

ConvertReport report_of(Conversion const& conversion, ResultCounts const& counts) {
    ConvertReport report;
    report.target_name = conversion.plan().crosswalk().target_name;
    report.rows_in = conversion.rows();
    for (auto const fate : all_fates) report.fates.emplace_back(name_of(fate), conversion.rows(fate));
    report.repaired_rows = conversion.repaired_rows();
    for (auto const& trouble : conversion.troubles()) {
        if (report.lines.size() == ConvertReport::most_lines)
            ++report.lines_left_out;
        else
            report.lines.push_back(line_of(conversion, trouble));
    }
    report.rows_out = counts.rows;
    for (std::size_t status = 0; status < std::size(counts.by_status); ++status)
        report.statuses.emplace_back(to_string(static_cast<ResultStatus>(status)), counts.by_status[status]);
    for (unsigned bit = 0; bit < flag::count; ++bit)
        report.flags.emplace_back(flags_text(static_cast<Flags>(1U << bit)), counts.by_flag[bit]);
    auto const& request = conversion.plan().request();
    for (std::size_t v = 0; v < counts.errors.size(); ++v)
        report.errors.emplace_back(v < request.values.size() ? request.values[v]
                                                             : request.ratios[v - request.values.size()].name,
                                   counts.errors[v]);
    report.tables = conversion.plan().crosswalk().sources;
    report.issues = audited(conversion.plan().crosswalk());
    return report;
}

} // namespace gateway::harmonize::territory
