// Checks of the machine and of what is stored, for `kreislauf doctor`: quick, and without writing anything that
// stays.
//
// Errors   none: what is wrong is a finding
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::care {

/// As monitoring counts it: 0, 1, 2.
enum class Health : std::uint8_t { well, attention, broken };

std::string_view to_string(Health health) noexcept;

struct Symptom {
    Health health = Health::well;
    std::string topic;     ///< "disk"
    std::string text;      ///< place, thing and value
    std::string next_step; ///< empty where all is well
};

/// Room, and whether a file can be written and synced.
std::vector<Symptom> examine_disk(std::string const& store_directory);
/// Whether the clock can be right, is kept right, and knows the time zone of the sources.
std::vector<Symptom> examine_clock(UnixTime now, std::optional<UnixTime> newest_document);
/// Store and archive: opens, pages, newest documents, what the last fetches came to. Sets `newest_document`.
/// Must be called without an open Store of this directory in the process.
std::vector<Symptom> examine_store(std::string const& store_directory,
                                   std::optional<UnixTime>& newest_document);

} // namespace gateway::care
