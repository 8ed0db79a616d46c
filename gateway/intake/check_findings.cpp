#include "gateway/intake/check_findings.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "gateway/intake/report_german.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t most_ranges = 50;
constexpr std::size_t many_texts = 5; // of one code and column: they are one cause with many values
constexpr std::size_t longest_found = 400;

/// What several rows or issues have in common, and where they are.
struct Cause {
    Finding finding;
    std::vector<std::uint64_t> lines;
    std::uint64_t count = 0;
};

using Kind = std::pair<Errc, std::uint32_t>; // code and column

/// Texts of each kind: where there are many, the text does not tell causes apart.
class Texts {
  public:
    void add(Kind const& kind, std::string const& text) {
        auto& known = texts_[kind];
        if (known.size() <= many_texts) known.insert(text);
    }
    [[nodiscard]] std::string cause(Kind const& kind, std::string const& text) const {
        auto const known = texts_.find(kind);
        return known == texts_.end() || known->second.size() > many_texts ? std::string{} : text;
    }

  private:
    std::map<Kind, std::set<std::string>> texts_;
};

Finding german(Errc code, Severity severity, std::string const& found) {
    Finding finding;
    finding.code = code;
    finding.severity = severity;
    finding.found = cut_text(reader_text_de(code, found), longest_found);
    finding.expected = std::string{expected_of(code)};
    finding.next_step = std::string{next_step_of(code)};
    return finding;
}

/// Complaints that quote a value, or a whole row.
bool quotes_values(Errc code) noexcept {
    switch (code) {
    case Errc::malformed:
    case Errc::short_row:
    case Errc::long_row:
    case Errc::stub_row:
    case Errc::repaired_row:
    case Errc::field_too_long:
    case Errc::wrong_decimal_mark:
    case Errc::overflow:
    case Errc::ambiguous_number:
    case Errc::unknown_sign:
    case Errc::wrong_charset: return true;
    default: return false;
    }
}

/// The text of a reader, with digits between its quotation marks as `quotes` says.
std::string quoted(Errc code, std::string text, Quotes quotes) {
    auto const first = text.find('\'');
    auto const last = text.rfind('\'');
    if (quotes == Quotes::shown || !quotes_values(code) || first == last) return text;
    std::replace_if(
        text.begin() + static_cast<std::ptrdiff_t>(first), text.begin() + static_cast<std::ptrdiff_t>(last),
        [](char c) { return c >= '0' && c <= '9'; }, '#');
    return text;
}

void place(Finding& finding, std::uint64_t line, std::uint32_t column) {
    finding.line = line;
    finding.column = column;
}

void add_lines(Finding& finding, std::vector<std::uint64_t> lines) {
    finding.examples = line_ranges(std::move(lines), most_ranges);
}

/// Adds the cells of a tally as one finding.
void add_tally(std::vector<Finding>& findings, CheckWatch& watch, Tally const& tally, Finding finding) {
    if (tally.count == 0) return;
    auto spots = tally.spots;
    std::stable_sort(spots.begin(), spots.end(),
                     [](Spot const& a, Spot const& b) { return a.line < b.line; });
    finding.count = tally.count;
    place(finding, spots.front().line, 0);
    finding.key = watch.key_text(spots.front());
    std::vector<std::uint64_t> lines;
    for (auto const& spot : spots)
        if (spot.line > 0) lines.push_back(spot.line);
    if (!lines.empty()) {
        add_lines(finding, std::move(lines));
    } else {
        constexpr std::size_t most_keys = 10;
        for (std::size_t i = 0; i < std::min(most_keys, spots.size()); ++i)
            finding.examples.push_back(watch.key_text(spots[i]));
    }
    findings.push_back(std::move(finding));
}

std::vector<Shift> add_shifts(std::vector<Finding>& findings, CheckWatch& watch) {
    auto shifts = find_shifts(watch.candidates);
    std::map<std::pair<bool, int>, std::vector<Shift const*>> kinds;
    for (auto const& shift : shifts) kinds[{shift.is_column, shift.rows_off}].push_back(&shift);
    for (auto const& [kind, all] : kinds) {
        auto const found = kind.first ? std::string{"Werte, die in andere Spalten derselben Zeile gehören"}
                           : kind.second > 0 ? "Werte, die in die Zeile darunter gehören"
                                             : "Werte, die in die Zeile darüber gehören";
        auto finding = german(Errc::shifted_labels, Severity::error, found);
        finding.needs_reason = true;
        finding.count = 0;
        std::vector<std::uint64_t> lines;
        for (auto const* const shift : all) {
            finding.count += shift->rows;
            if (shift->last_line - shift->first_line < Tally::most)
                for (auto line = shift->first_line; line <= shift->last_line; ++line) lines.push_back(line);
        }
        auto const& first = watch.candidates[all.front()->first];
        place(finding, all.front()->first_line, 0);
        finding.key = watch.key_text({first.indicator, first.area, first.period, first.line});
        add_lines(finding, std::move(lines));
        findings.push_back(std::move(finding));
    }
    return shifts;
}

void add_absent_counties(std::vector<Finding>& findings, CheckWatch& watch) {
    auto const absent = watch.absent_counties();
    if (absent.empty()) return;
    auto finding = german(Errc::incomplete, Severity::error,
                          "keine Zeile für " + std::to_string(absent.size()) +
                              (absent.size() == 1 ? " Kreis" : " Kreise") + " der Vereinbarung");
    finding.expected = "Zeilen für alle vereinbarten Kreise";
    finding.needs_reason = true;
    finding.count = absent.size();
    finding.key = absent.begin()->first + " " + absent.begin()->second.front().to_sdmx();
    for (auto const& [county, periods] : absent) {
        if (finding.examples.size() >= most_ranges) break;
        auto text = county + " " + periods.front().to_sdmx();
        if (periods.size() > 1) text += " (+" + std::to_string(periods.size() - 1) + ")";
        finding.examples.push_back(std::move(text));
    }
    findings.push_back(std::move(finding));
}

} // namespace

std::vector<std::string> line_ranges(std::vector<std::uint64_t> lines, std::size_t most) {
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    std::vector<std::string> ranges;
    for (std::size_t i = 0; i < lines.size();) {
        if (ranges.size() == most) {
            ranges.push_back("and " + std::to_string(lines.size() - i) + " more lines");
            break;
        }
        auto end = i + 1;
        while (end < lines.size() && lines[end] == lines[end - 1] + 1) ++end;
        ranges.push_back(end - i == 1
                             ? "line " + std::to_string(lines[i])
                             : "lines " + std::to_string(lines[i]) + "-" + std::to_string(lines[end - 1]));
        i = end;
    }
    return ranges;
}

Finding finding_of_file(Errc code, std::string const& text) {
    auto finding = german(code, Severity::error, text);
    auto const number_behind = [&text](std::string_view word) -> std::uint64_t {
        auto const at = text.find(word);
        if (at == std::string::npos) return 0;
        std::uint64_t number = 0;
        constexpr std::uint64_t largest = 1'000'000'000'000;
        for (auto i = at + word.size();
             i < text.size() && text[i] >= '0' && text[i] <= '9' && number < largest; ++i)
            number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
        return number;
    };
    auto const column = number_behind("column ");
    place(finding, number_behind("line "),
          static_cast<std::uint32_t>(column != 0 ? column : number_behind("field ")));
    return finding;
}

void add_aside(std::vector<Finding>& findings, harmonize::AsideLog const& log, Quotes quotes) {
    Texts texts;
    for (auto const& run : log.runs()) {
        auto const& cause = log.causes()[run.cause];
        texts.add({cause.code, run.column}, cause.text);
    }
    std::map<std::tuple<Errc, std::uint32_t, std::string>, Cause> causes;
    for (auto const& run : log.runs()) {
        auto const& known = log.causes()[run.cause];
        auto& cause = causes[{known.code, run.column, texts.cause({known.code, run.column}, known.text)}];
        if (cause.count == 0) {
            auto const severity = known.code == Errc::empty_cell ? Severity::warning : Severity::error;
            cause.finding = german(known.code, severity, quoted(known.code, known.text, quotes));
            place(cause.finding, run.line, run.column);
        }
        cause.count += run.count;
        for (std::uint64_t i = 0; i < run.count && cause.lines.size() < Tally::most; ++i)
            cause.lines.push_back(run.line + i);
    }
    for (auto& [key, cause] : causes) {
        cause.finding.count = cause.count;
        add_lines(cause.finding, std::move(cause.lines));
        findings.push_back(std::move(cause.finding));
    }
    if (!log.is_complete())
        findings.push_back(
            finding_of_file(Errc::too_large, "mehr als " + number_de(harmonize::AsideLog::most_runs) +
                                                 " Zeilen in Quarantäne: die Liste enthält nur die ersten"));
}

void add_issues(std::vector<Finding>& findings, std::vector<Issue> const& issues,
                harmonize::AsideLog const& log, Quotes quotes) {
    std::set<Errc> listed;
    for (auto const& cause : log.causes()) listed.insert(cause.code);
    Texts texts;
    for (auto const& issue : issues) texts.add({issue.code, 0}, issue.text);
    std::map<std::tuple<Errc, Severity, std::string>, Cause> causes;
    for (auto const& issue : issues) {
        bool const is_listed = listed.count(issue.code) > 0 &&
                               (issue.severity == Severity::error || issue.code == Errc::empty_cell);
        if (is_listed) continue;
        auto& cause = causes[{issue.code, issue.severity, texts.cause({issue.code, 0}, issue.text)}];
        if (cause.count == 0) {
            cause.finding = german(issue.code, issue.severity, quoted(issue.code, issue.text, quotes));
            place(cause.finding, issue.position.line, issue.position.column);
        }
        cause.count += issue.count;
        if (issue.position.line > 0) cause.lines.push_back(issue.position.line);
    }
    for (auto& [key, cause] : causes) {
        cause.finding.count = cause.count;
        if (cause.lines.size() > 1) add_lines(cause.finding, std::move(cause.lines));
        findings.push_back(std::move(cause.finding));
    }
}

void add_comparison(std::vector<Finding>& findings, CheckWatch& watch, Agreement const& agreement,
                    Wish const& wish) {
    auto finding = german(Errc::sudden_change, Severity::error,
                          "ein Wert, wo die geltende Fassung einen geheimen Wert hat (nicht gezeigt)");
    finding.expected = "weiterhin das Zeichen für Geheimhaltung";
    finding.next_step = "Zeichen wiederherstellen, oder begründen, weshalb der Wert nicht mehr geheim ist";
    finding.needs_reason = true;
    add_tally(findings, watch, watch.disclosed, std::move(finding));

    auto const shifts = add_shifts(findings, watch);
    auto& spots = watch.sudden.spots;
    auto const before = spots.size();
    auto const is_shifted = [&shifts](Spot const& spot) { // shifts do not overlap
        auto const next =
            std::upper_bound(shifts.begin(), shifts.end(), spot.line,
                             [](std::uint64_t line, Shift const& shift) { return line < shift.first_line; });
        return next != shifts.begin() && spot.line <= (next - 1)->last_line;
    };
    spots.erase(std::remove_if(spots.begin(), spots.end(), is_shifted), spots.end());
    watch.sudden.count -= before - spots.size();
    if (!spots.empty())
        add_tally(
            findings, watch, watch.sudden,
            german(Errc::sudden_change, Severity::warning,
                   "Werte, die mehr als das Dreifache oder weniger als ein Drittel der geltenden sind"));

    finding = german(Errc::incomplete, Severity::warning, "keine Zahl, wo die geltende Fassung eine hat");
    finding.expected = "eine Zahl, oder ein Zeichen mit Grund";
    finding.next_step = "prüfen, ob der Wert zurückgezogen werden soll";
    add_tally(findings, watch, watch.lost, std::move(finding));

    finding = german(Errc::incomplete, wish.full ? Severity::warning : Severity::info,
                     wish.full ? "Werte der geltenden Fassung, die nicht geliefert wurden und gelöscht würden"
                               : "Werte der geltenden Fassung, die nicht geliefert wurden; sie bleiben");
    finding.expected = "alle Schlüssel der geltenden Fassung";
    add_tally(findings, watch, watch.missing, std::move(finding));
    if (!agreement.counties.empty()) add_absent_counties(findings, watch);
}

void sort_findings(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), [](Finding const& a, Finding const& b) {
        auto const rank = [](Finding const& finding) {
            return std::tuple{-static_cast<int>(finding.severity), !finding.needs_reason, finding.line};
        };
        return rank(a) < rank(b);
    });
}

} // namespace gateway::intake
