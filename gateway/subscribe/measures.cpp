#include "gateway/subscribe/measures.hpp"

#include <algorithm>
#include <utility>

namespace gateway::subscribe {
namespace {

constexpr std::size_t most_named = 30;

std::set<std::string> measures_of(store::Store const& store,
                                  std::set<std::string, std::less<>> const& datasets) {
    std::set<std::string> all;
    for (auto const& info : store.datasets()) {
        if (!datasets.empty() && datasets.count(info.id) == 0) continue;
        for (auto const no : store.indicators(info.id))
            if (auto const key = store.indicator(no); !key.at("MEASURE").empty())
                all.emplace(key.at("MEASURE"));
    }
    return all;
}

} // namespace

std::function<bool(IndicatorKey const&)> has_measure(std::vector<std::string> codes) {
    return [codes = std::move(codes)](IndicatorKey const& key) {
        return std::find(codes.begin(), codes.end(), key.at("MEASURE")) != codes.end();
    };
}

std::string objection_to_measures(store::Store const& store,
                                  std::set<std::string, std::less<>> const& datasets,
                                  std::vector<std::string> const& codes) {
    if (codes.empty()) return {};
    auto const known = measures_of(store, datasets);
    auto const slip = std::find_if(codes.begin(), codes.end(),
                                   [&known](std::string const& code) { return known.count(code) == 0; });
    if (slip == codes.end()) return {};
    auto text = "no figure has the MEASURE '" + slip->substr(0, 40) + "'; ";
    if (known.empty()) return text + "there are no figures yet";
    text += "there are: ";
    std::size_t named = 0;
    for (auto const& code : known) {
        if (named++ == most_named)
            return text + ", and " + std::to_string(known.size() - most_named) + " more";
        text += (named == 1 ? "" : ", ") + code;
    }
    return text;
}

} // namespace gateway::subscribe
