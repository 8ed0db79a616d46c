#include "gateway/harmonize/plausibility/findings.hpp"

#include <algorithm>

namespace gateway::harmonize::plausibility {

void Findings::add(Rule const& rule, Errc code, std::string const& cause, Spot const& spot, std::string found,
                   std::string expected) {
    auto const [at, is_new] = findings_.try_emplace({rule.id, cause});
    auto& finding = at->second;
    if (is_new) {
        finding.code = code;
        finding.severity = rule.severity;
        finding.rule = rule.id;
        finding.place = rule.place;
        finding.line = spot.line;
        finding.area = area_key(spot.area);
        finding.indicator = spot.indicator.text();
        finding.period = spot.period.to_sdmx();
        finding.found = std::move(found);
        finding.expected = std::move(expected);
        finding.next_step = rule.next_step;
        return;
    }
    ++finding.count;
    if (finding.examples.size() + 1 >= most_examples) return;
    std::string text = area_key(spot.area) + " " + spot.period.to_sdmx();
    if (spot.line > 0) text += " line " + std::to_string(spot.line);
    finding.examples.push_back(text + ": found " + found + ", expected " + expected);
}

std::vector<Finding> Findings::take() {
    std::vector<Finding> all;
    all.reserve(findings_.size());
    for (auto& [key, finding] : findings_) all.push_back(std::move(finding));
    findings_.clear();
    std::stable_sort(all.begin(), all.end(), [](Finding const& a, Finding const& b) {
        if (a.severity != b.severity) return a.severity > b.severity;
        return a.count > b.count;
    });
    return all;
}

Issue Finding::issue() const {
    std::string text = rule + ": ";
    if (!area.empty()) text += "area " + area + ", " + period + ", " + indicator + ": ";
    text += "found " + found + ", expected " + expected;
    for (auto const& example : examples) text += "; " + example;
    if (count > 1 + examples.size()) text += "; and " + std::to_string(count - 1 - examples.size()) + " more";
    return {code, severity, {line, 0}, text + " [" + place + "]", next_step, count};
}

} // namespace gateway::harmonize::plausibility
