// Dates as messages of the Internet write them, in UTC: "Thu, 26 Nov 2026 07:10:00". HTTP puts " GMT" behind it, mail
// " +0000".
//
// Source   RFC 9110, 5.6.7; RFC 5322, 3.3
#pragma once

#include <cstdint>
#include <string>

namespace gateway::io {

/// \param seconds since 1970-01-01T00:00Z
std::string internet_date(std::int64_t seconds);

} // namespace gateway::io
