// Expected: the days on which a source publishes a table, as the configuration says.
//
// Shape    "15" on the 15th of every month, "03-15" every year, "2026-12-15" once
// Units    days since 1970 of the German calendar
// Errors   Error invalid_argument naming the text and what is expected
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/agreement.hpp"

namespace gateway::night {

struct Expected {
    std::vector<intake::Due> due;   ///< days that come again
    std::vector<std::int32_t> days; ///< days that come once
    [[nodiscard]] bool is_empty() const noexcept { return due.empty() && days.empty(); }
    void add(std::string_view text);
};

/// The last such day at or before `day`, and the first one after it.
std::optional<std::int32_t> last_expected(Expected const& expected, std::int32_t day);
std::optional<std::int32_t> next_expected(Expected const& expected, std::int32_t day);

} // namespace gateway::night
