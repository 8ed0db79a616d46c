// Availability: what there is for a selection, without its figures.
//
// Modes    exact: the values that occur in what is selected. available: for each component the values that occur
//          when its own restriction is left out, which is what a reader may choose next.
// Speed    reads the periods of series, not their numbers, unless the selection asks for something of the figures
// Errors   as Cursor
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/query/cursor.hpp"

namespace gateway::query {

enum class AvailabilityMode : std::uint8_t { exact, available };

struct Availability {
    struct Component {
        std::string id;
        std::vector<std::string> values; ///< ascending
    };
    std::vector<Component> components; ///< dimensions in key order, without TIME_PERIOD
    std::vector<TimePeriod> periods;   ///< ascending
    std::uint64_t series = 0;          ///< of what is selected, in both modes
    std::uint64_t observations = 0;
};

/// `components`: ids of those wanted, empty = all.
Availability available(store::Store const& store, DatasetViewPtr const& view, Selection const& selection,
                       AvailabilityMode mode, std::vector<std::string> const& components = {});

} // namespace gateway::query
