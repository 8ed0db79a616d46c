#include "adapters/table/issue_fold.hpp"

#include <string>

namespace adapters::table {

void IssueFold::add(gateway::Issue issue, gateway::CellSink& sink) {
    auto& folded = folded_[{issue.code, issue.severity}];
    if (folded.reported < max_issues_per_code) {
        ++folded.reported;
        sink.issue(std::move(issue));
        return;
    }
    if (issue.severity == gateway::Severity::error)
        sink.set_aside({issue.code, issue.position, issue.text, issue.next_step});
    auto const count = issue.count;
    if (folded.count == 0) folded.first = std::move(issue);
    folded.count += count;
}

void IssueFold::finish(gateway::CellSink& sink) {
    for (auto& entry : folded_) {
        auto& folded = entry.second;
        if (folded.count == 0) continue;
        folded.first.count = folded.count;
        if (folded.count > 1)
            folded.first.text += " (and " + std::to_string(folded.count - 1) + " more of this kind)";
        sink.issue(std::move(folded.first));
    }
    folded_.clear();
}

} // namespace adapters::table
