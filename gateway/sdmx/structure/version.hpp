// Versions: which are wanted, and which of several is the latest.
//
// Source   SDMX REST 1.5: latest, all, "1.0", alternatives by '+'; 2.2: '~' latest, '+' latest stable, '*' all,
//          "1.0+" the latest 1.x from 1.0; alternatives by ','
// Errors   SdmxError syntax
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/query.hpp"

namespace gateway::sdmx::structure {

/// `text` empty = the default, latest.
std::vector<VersionWanted> parse_versions(ApiVersion api, std::string const& text);

/// By numbers: 1.10 is later than 1.9.
std::strong_ordering compare_versions(std::string_view a, std::string_view b) noexcept;

/// Which of `versions` (of one artefact) are wanted.
std::vector<bool> wanted_of(std::vector<std::string> const& versions,
                            std::vector<VersionWanted> const& wanted);

} // namespace gateway::sdmx::structure
