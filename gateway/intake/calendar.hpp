// Calendar: when deliveries of an agreement are due.
//
// Units    days since 1970, of the agreement's time zone
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/core/document.hpp"
#include "gateway/intake/agreement.hpp"

namespace gateway::intake {

struct DueDay {
    std::int32_t day = 0; ///< the last day on which it is in time
    std::string note;
};

/// The first due day at or after `day`, and the last one before it. Day 31 is the last day of shorter months.
std::optional<DueDay> next_due_day(Agreement const& agreement, std::int32_t day);
std::optional<DueDay> last_due_day(Agreement const& agreement, std::int32_t day);

/// The day that the clocks of the agreement show.
std::int32_t day_in_zone(Agreement const& agreement, UnixTime time);

} // namespace gateway::intake
