// Facts of availability: what one dataset has for one area. Holes as in availability.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/serve/api/area_index.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/settings.hpp"

namespace gateway::serve::api {

struct Hole {
    std::string reason; ///< code
    Text words;
    std::uint64_t count = 0;
    std::string example; ///< the first indicator with a hole of the reason
    friend bool operator==(Hole const& a, Hole const& b) {
        return a.reason == b.reason && a.count == b.count;
    }
};

struct PeriodHolding {
    TimePeriod period;
    std::uint64_t numbers = 0;
    std::vector<Hole> holes; ///< by reason
};

struct Availability {
    DatasetInfo info;
    std::optional<Text> why_none;         ///< where it has nothing for the area
    std::optional<UnixTime> under_review; ///< since when rows of the area are set aside
    std::uint64_t series = 0, series_of_level = 0;
    std::vector<PeriodHolding> periods; ///< in their order
};

Availability availability_of(store::Store const& store, DatasetInfo const& info, KnownArea const& area,
                             std::vector<UnderReview> const& reviews);

} // namespace gateway::serve::api
