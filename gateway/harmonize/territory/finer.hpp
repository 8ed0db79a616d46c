// The measured error of estimates: the same figures, converted from municipalities.
//
// Where the data of municipalities exist, what a divided district gave to whom is no question of weights. Their
// conversion to districts is the yardstick: an estimate minus the sum of municipalities is its error. Only sums that
// are complete and not estimated themselves are a measure.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/territory/result.hpp"

namespace gateway::harmonize::territory {

class Finer {
  public:
    /// Keeps the sums of `municipal`, whose request has the same values and ratios, and district targets.
    explicit Finer(Conversion const& municipal);
    /// NaN where the municipalities do not tell.
    [[nodiscard]] double measured(std::string_view target, std::string_view time,
                                  std::vector<std::string_view> const& strata, std::size_t value) const;
    [[nodiscard]] bool empty() const noexcept { return sums_.empty(); }

  private:
    std::unordered_map<std::string, std::vector<double>> sums_; ///< by time, target, strata
};

} // namespace gateway::harmonize::territory
