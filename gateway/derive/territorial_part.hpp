// What a TerritorialView knows of one dataset.
#pragma once

#include "gateway/derive/territorial.hpp"

namespace gateway::derive {

struct TerritorialView::Part {
    feed::DatasetContext const* base = nullptr;
    feed::DatasetContext context;
    std::vector<Area> areas; ///< of the source
    std::vector<feed::DatasetContext const*>
        municipal; ///< datasets of the same statistic with municipalities
    std::map<std::string, std::vector<Area>, std::less<>> municipal_areas; ///< by dataset
    MunicipalLookup lookup;
};

} // namespace gateway::derive
