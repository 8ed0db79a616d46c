// What to ask a service for: a table or a cube, and how it becomes parameters.
//
// Without years the source sends the default slices of a table, mostly the newest one only. Misspelt names and
// values are ignored silently by the source; table_check.hpp compares the answer with the request.
//
// Errors   Error invalid_argument naming the field
// Source   docs/adapters/genesis-access.md, "Parameters"
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/core/document.hpp"

namespace adapters::genesis {

struct TableRequest {
    std::string name;              ///< "12411-01-01-4"; of a cube "22922KJ1141"
    std::string language = "de";   ///< "de" or "en"
    int start_year = 0;            ///< 0 = not asked for
    int end_year = 0;              ///< 0 = not asked for
    unsigned time_slices = 0;      ///< newest n; 0 = not asked for
    std::string contents;          ///< measure codes, comma list
    std::string regional_variable; ///< "KREISE"
    std::string regional_key;      ///< comma list, '*' as wild card
    std::vector<std::pair<std::string, std::string>> classifying; ///< up to five variables with their keys
    bool quality = true;                                          ///< ask for the column of quality signs
    /// Let the source leave out rows with '-' and 'x'. "Zero", "blocked" and "not delivered" are then the same.
    bool compress = false;
    gateway::UnixTime newer_than = 0; ///< answer only if changed since; 0 = whatever there is

    /// Measures, regions or classes were selected, or rows left out: rows that are absent say nothing. Years
    /// do not count: within a period that is delivered, everything is.
    [[nodiscard]] bool is_partial() const noexcept;
};

gateway::Fields table_parameters(TableRequest const& request, bool job);
gateway::Fields cube_parameters(TableRequest const& request);

/// "24.11.2020 08:57", the form in which `stand` is sent. In UTC: an hour or two early asks once too often,
/// never too seldom.
std::string stand_text(gateway::UnixTime time);

} // namespace adapters::genesis
