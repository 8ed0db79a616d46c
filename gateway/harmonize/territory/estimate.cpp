#include "gateway/harmonize/territory/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gateway::harmonize::territory {
namespace {

/// A sum of shares that should be 3 may be 2.9999999999996.
double settled(double value) {
    auto const near = std::round(value);
    return std::abs(value - near) <= 1e-9 * std::max(1.0, std::abs(value)) ? near : value;
}

} // namespace

std::vector<std::int64_t> apportioned(std::span<double const> values, std::int64_t total) {
    std::vector<std::int64_t> result(values.size());
    std::vector<double> remainder(values.size());
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const value = settled(values[i]);
        auto const below = std::floor(value);
        result[i] = static_cast<std::int64_t>(below);
        remainder[i] = value - below;
        sum += result[i];
    }
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&remainder](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
    for (std::size_t i = 0; i < order.size() && sum < total; ++i, ++sum) ++result[order[i]];
    return result;
}

std::vector<std::int64_t> apportioned_by_land(std::span<std::string_view const> keys,
                                              std::span<double const> values) {
    std::vector<std::size_t> ends; // of the areas of one Land; keys are in order
    std::vector<double> sums;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i == 0 || keys[i].substr(0, 2) != keys[i - 1].substr(0, 2)) {
            ends.push_back(i);
            sums.push_back(0);
        }
        ends.back() = i + 1;
        sums.back() += values[i];
    }
    auto const all = std::accumulate(sums.begin(), sums.end(), 0.0);
    auto const totals = apportioned(sums, static_cast<std::int64_t>(std::llround(settled(all))));
    std::vector<std::int64_t> result;
    result.reserve(values.size());
    std::size_t begin = 0;
    for (std::size_t land = 0; land < ends.size(); ++land) {
        auto const part = apportioned(values.subspan(begin, ends[land] - begin), totals[land]);
        result.insert(result.end(), part.begin(), part.end());
        begin = ends[land];
    }
    return result;
}

} // namespace gateway::harmonize::territory
