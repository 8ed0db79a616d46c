// Parts of the grammar of data queries. Internal to request.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/data/request.hpp"

namespace gateway::sdmx::data {

/// The parts between the separators; one empty part for an empty text.
std::vector<std::string> split(std::string_view text, char separator);

/// Percent escapes undone; '+' stays, because it is an operator here.
/// \throws SdmxError syntax
std::string decoded(std::string_view text);

/// Reads what stands behind '?'.
void read_parameters(DataRequest& request, std::string_view text);

/// "2026-11-26", "2026-11-26T05:00:00Z", "...+01:00"; without offset it is UTC. Fractions of seconds are cut off.
std::optional<UnixTime> parse_moment(std::string_view text) noexcept;

} // namespace gateway::sdmx::data
