// Collects breaches: one finding per cause, with a count and the first examples.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/plausibility/checker.hpp"

namespace gateway::harmonize::plausibility {

/// Where a breach was seen.
struct Spot {
    IndicatorKey const& indicator;
    Area const& area;
    TimePeriod period;
    std::uint64_t line = 0;
};

class Findings {
  public:
    /// `cause` tells causes of one rule apart (a measure, a Land).
    void add(Rule const& rule, Errc code, std::string const& cause, Spot const& spot, std::string found,
             std::string expected);
    /// Those of other rules.
    void add_all(Findings&& others) { findings_.merge(others.findings_); }
    /// The gravest first, then the most frequent.
    [[nodiscard]] std::vector<Finding> take();

  private:
    static constexpr std::size_t most_examples = 5;
    std::map<std::pair<std::string, std::string>, Finding> findings_; ///< by rule and cause
};

} // namespace gateway::harmonize::plausibility
