// What a release does to series on today's territory: counties whose land changed, recomputed before and after.
//
// Made     with the same view that `--territory latest` uses, over the figures of the store, and over the same figures
//          with the changes of the trial load laid over them; municipalities say nothing here
// Secrets  where something of the same series and period was confidential and gets a number, `secret` is set
// Memory   the names of the series of the counties that are looked at, and the figures of as many of their indicators as
//          have cells_at_once changes together: counties by the ten thousand rows cost no more than by the hundred
// Source   docs/territory.md, series of the store
#pragma once

#include <functional>
#include <span>
#include <string>

#include "gateway/intake/preview.hpp"

namespace gateway::intake {

struct TerritorialEffect {
    std::string area;
    IndicatorKey indicator;
    TimePeriod period;
    Side before, after;
    bool secret = false;
    std::int32_t day = 0; ///< of the territory
};

struct TerritorialRequest {
    std::string dataset;
    std::string data;            ///< folder with mappings/ and schemas/
    std::string store_directory; ///< with imported files of territory; empty = none
};

/// Changes that are laid over the store at a time; one indicator is never divided.
inline constexpr std::size_t cells_at_once = 50'000;

/// Calls `each` for every figure that changes, some indicators after the other.
/// `changes`: in two parts, the second from `middle` on, both by indicator.
void territorial_effects(ingest::Workshop& shop, TerritorialRequest const& request,
                         std::span<KeptChange const> changes, std::size_t middle,
                         std::function<IndicatorKey const&(store::IndicatorNo)> const& indicator_of,
                         std::function<Area const&(store::AreaNo)> const& area_of,
                         std::function<void(TerritorialEffect const&)> const& each);

} // namespace gateway::intake
