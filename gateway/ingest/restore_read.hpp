// Reads our own exports. Internal to restore.cpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/store/store.hpp"

namespace gateway::ingest {

struct RestoredFigure {
    TimePeriod period;
    Decimal number;
    store::State state;
};

/// What an export says of one dataset.
struct RestoredDataset {
    std::string id, table; ///< table empty where the format does not say it
    std::map<std::pair<IndicatorKey, Area>, std::vector<RestoredFigure>> series;
    std::map<std::string, std::string> area_names; ///< by area_key()
    std::vector<std::string> dimensions;
    std::uint64_t rows = 0;
};

/// By dataset id. \throws Error malformed naming line and field, or the series
std::map<std::string, RestoredDataset> read_own_csv(std::string_view bytes, std::string const& name);
std::map<std::string, RestoredDataset> read_own_avro(std::string_view bytes);

} // namespace gateway::ingest
