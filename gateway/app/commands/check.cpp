// check: stored datasets against the plausibility rules.
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/ingest/figures.hpp"
#include "gateway/ingest/plausible.hpp"

namespace gateway::app {
namespace {

using harmonize::plausibility::Finding;

void write(Json& json, Finding const& finding) {
    json.object()
        .field("code", to_string(finding.code))
        .field("severity", to_string(finding.severity))
        .field("rule", finding.rule)
        .field("rule_at", finding.place)
        .field("area", finding.area)
        .field("period", finding.period)
        .field("indicator", finding.indicator)
        .field("found", finding.found)
        .field("expected", finding.expected)
        .field("next_step", finding.next_step)
        .field("count", finding.count);
    json.key("examples").array();
    for (auto const& example : finding.examples) json.text(example);
    json.end_array().end_object();
}

void print(Finding const& finding) {
    auto const severity = to_string(finding.severity);
    auto const code = to_string(finding.code);
    std::printf("  %-7.*s %.*s, %llu times, rule %s (%s)\n", static_cast<int>(severity.size()),
                severity.data(), static_cast<int>(code.size()), code.data(),
                static_cast<unsigned long long>(finding.count), finding.rule.c_str(), finding.place.c_str());
    if (!finding.area.empty())
        std::printf("          %s %s %s\n", finding.area.c_str(), finding.period.c_str(),
                    finding.indicator.c_str());
    std::printf("          found %s, expected %s\n", finding.found.c_str(), finding.expected.c_str());
    for (auto const& example : finding.examples) std::printf("          also %s\n", example.c_str());
    std::printf("          next: %s\n", finding.next_step.c_str());
}

} // namespace

Exit run_check(Options const& options) {
    JobContext context{options, true};
    std::vector<DatasetInfo> datasets;
    for (auto const& name : options.names) datasets.push_back(ingest::find_dataset(*context.store, name));
    if (options.names.empty()) datasets = context.store->datasets();
    bool grave = false;
    Json json;
    json.array();
    for (auto const& dataset : datasets) {
        auto const findings = ingest::check_stored(context.shop, dataset);
        if (options.json) {
            json.object().field("dataset", dataset.id).key("findings").array();
            for (auto const& finding : findings) write(json, finding);
            json.end_array().end_object();
        } else {
            std::printf("%s: %s\n", dataset.id.c_str(), findings.empty() ? "plausible" : "");
            for (auto const& finding : findings) print(finding);
        }
        for (auto const& finding : findings) grave = grave || finding.severity == Severity::error;
    }
    json.end_array();
    if (options.json) json.print();
    return grave ? Exit::incomplete : Exit::done;
}

} // namespace gateway::app
