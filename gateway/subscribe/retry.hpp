// Retry: when a message that was not taken is sent again.
//
// Plan     at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h: ten tries in some 75 hours
// Jitter   each pause is up to a tenth longer, so that receivers that failed together do not come back together
// Source   Standard Webhooks 1.0, deliverability and reliability
#pragma once

#include <optional>
#include <string_view>

#include "gateway/core/document.hpp"

namespace gateway::subscribe {

inline constexpr UnixTime longest_retry_s = 86'400;

/// Seconds until the next try when `tries` of them failed; nothing: it is given up. `jitter` is from 0 to 1.
std::optional<UnixTime> pause_after(unsigned tries, double jitter) noexcept;

/// What Retry-After asks for, seconds or a date; nothing where it says nothing readable. At most a day from `now`.
std::optional<UnixTime> retry_after(std::string_view value, UnixTime now) noexcept;

} // namespace gateway::subscribe
