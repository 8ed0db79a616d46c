// Fills the store of a derived flow. Internal to DerivedFlows.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/core/observation.hpp"
#include "gateway/ingest/territorial.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve::sdmx {

/// Computes every vintage of `base` anew on the areas of `day`, as the dataset `derived`, into PLACE/STAMP, which is there
/// when it is whole; other folders in PLACE are removed. What a vintage does not change makes no vintage there.
void fill_derived(store::Store const& source, DatasetInfo const& base, DatasetInfo const& derived,
                  ingest::TerritoryKnowledge& knowledge, std::int32_t day, std::string const& place,
                  std::string const& stamp);

} // namespace gateway::serve::sdmx
