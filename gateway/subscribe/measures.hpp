// Measures: the `indicator` of subscriptions and of the feed: codes of MEASURE.
//
// Errors   none; a code that no figure has is for the caller to refuse, as a slip would never be told of anything
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::subscribe {

/// Whether an indicator has one of these codes.
std::function<bool(IndicatorKey const&)> has_measure(std::vector<std::string> codes);

/// What is wrong with the codes: the first that no indicator of these datasets has (empty = of any dataset), and which
/// there are; empty where all are known. Looks at every indicator: not for a question that is asked again and again.
std::string objection_to_measures(store::Store const& store,
                                  std::set<std::string, std::less<>> const& datasets,
                                  std::vector<std::string> const& codes);

} // namespace gateway::subscribe
