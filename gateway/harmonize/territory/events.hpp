// Changes of areas: the official change lists, read from mappings/territory/events.csv.
//
// Units    day numbers since 1970-01-01; areas in m²; people as counted
// Source   Destatis, Namens-, Grenz- und Schlüsseländerungen, 1990 to 2024; docs/territory.md
// Errors   Error malformed naming file and line
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"

namespace gateway::harmonize::territory {

enum class ChangeType : std::uint8_t { dissolution, transfer, key, name, key_and_name, formation };
std::string_view to_string(ChangeType type) noexcept;

/// One line of a change list: what `old_key` gave to `new_key`.
struct ChangeEvent {
    std::string_view id; ///< number of the change in the official list; empty where it has none here
    AreaLevel level = AreaLevel::county;
    ChangeType type = ChangeType::dissolution;
    std::string_view old_key, old_name, new_key, new_name; ///< old ones are empty for a formation
    std::int32_t legal = 0;       ///< first day in force; 1 January where only the year is known
    std::int32_t statistical = 0; ///< first day in statistics
    bool day_known = true;
    std::optional<std::int64_t> area_m2, population; ///< of what moved
    std::string_view figures; ///< "list", or the day of the register whose figures were added up
    std::uint32_t line = 0;   ///< in events.csv

    /// True where land went to another key.
    [[nodiscard]] bool moves() const noexcept { return !old_key.empty() && old_key != new_key; }
};

/// Events by day, then number. Views into `text`.
std::vector<ChangeEvent> read_events(std::string_view text);

} // namespace gateway::harmonize::territory
