// What `kreislauf get` and `export` are asked to do with series.
#pragma once

#include <string>
#include <vector>

namespace gateway::app {

struct SeriesOptions {
    std::string ages, nationality, frequency, unit;
    std::vector<std::string> join;    ///< dataset ids or table codes beside the first
    std::vector<std::string> compare; ///< two periods
    bool breaks = false;

    [[nodiscard]] bool any() const {
        return !ages.empty() || !nationality.empty() || !frequency.empty() || !unit.empty() ||
               !join.empty() || !compare.empty() || breaks;
    }
};

} // namespace gateway::app
