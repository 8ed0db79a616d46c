// What the rules of plausibility found, as findings that tell no secret.
#include <algorithm>
#include <utility>

#include "gateway/intake/check_findings.hpp"
#include "gateway/intake/report_german.hpp"

namespace gateway::intake {
namespace {

constexpr std::string_view not_shown = "nicht gezeigt: im selben Gebiet war ein Wert geheim";

/// One area is the other, or lies in it: sums of the one may tell of the other.
bool are_related(std::string_view a, std::string_view b) {
    if (a == "DG" || b == "DG") return true;
    return a.starts_with(b) || b.starts_with(a);
}

} // namespace

void add_implausible(std::vector<Finding>& findings,
                     std::vector<harmonize::plausibility::Finding> const& implausible, CheckWatch& watch) {
    std::vector<std::pair<std::string, std::string>> secrets; // area and period
    for (auto const& spot : watch.disclosed.spots)
        secrets.emplace_back(watch.area_key_of(spot.area), spot.period.to_sdmx());
    std::sort(secrets.begin(), secrets.end());
    secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
    bool const hides_all = watch.disclosed.count > watch.disclosed.spots.size();
    for (auto const& each : implausible) {
        // The comparison says the same, with all lines.
        bool const is_disclosure = each.expected.find("confidential") != std::string::npos ||
                                   each.found.find("confidential") != std::string::npos;
        if (is_disclosure && watch.disclosed.count > 0) continue;
        bool const hidden =
            hides_all || std::any_of(secrets.begin(), secrets.end(), [&each](auto const& secret) {
                return secret.second == each.period && are_related(secret.first, each.area);
            });
        Finding finding;
        finding.code = each.code;
        finding.severity = each.severity;
        finding.line = each.line;
        if (!each.area.empty()) finding.key = each.area + " " + each.period + " " + each.indicator;
        finding.found = std::string{title_of(each.code)} + ": " +
                        (hidden ? std::string{not_shown} : reader_text_de(each.code, each.found)) + " [" +
                        each.rule + "]";
        finding.expected =
            hidden ? std::string{expected_of(each.code)} : reader_text_de(each.code, each.expected);
        finding.next_step = std::string{next_step_of(each.code)};
        finding.count = each.count;
        finding.needs_reason = each.severity == Severity::error;
        // Only the places: the values beside them may belong to other cells than the first.
        for (auto const& example : each.examples)
            finding.examples.push_back(example.substr(0, example.find(": found ")));
        findings.push_back(std::move(finding));
    }
}

} // namespace gateway::intake
