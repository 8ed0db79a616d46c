// Times in German words, and how long something is ago. Shared by plan and report.
//
// Units    UnixTime in seconds; what people read is the time of Germany
// Source   DIN 5008: 26.11.2026, 7:05 Uhr
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"
#include "gateway/intake/embargo_zone.hpp"

namespace gateway::night {

inline constexpr UnixTime hour_seconds = 3600, day_seconds = 86400;

/// The time zone of those who read the report. \throws Error not_found where the machine has no zone files
intake::TimeZone german_zone();

std::int32_t day_of(UnixTime time, intake::TimeZone const& zone);
/// First instant of a day.
UnixTime beginning_of(std::int32_t day, intake::TimeZone const& zone);

std::string time_de(UnixTime time, intake::TimeZone const& zone); ///< "26.11.2026, 7:05 Uhr"
std::string ago_de(UnixTime seconds);                             ///< "vor 3 Tagen", "vor einer Stunde"
std::string ago_en(UnixTime seconds);                             ///< "3 days ago", "1 hour ago"
/// "1 Zeile", "12 000 Zeilen" with narrow no-break spaces.
std::string counted_de(std::uint64_t number, std::string_view one, std::string_view many);

} // namespace gateway::night
