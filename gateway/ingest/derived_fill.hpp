// Fills the store of a derived flow (derived_flow.hpp).
//
// Errors   TooManyFigures beyond four million figures of a vintage; what reading and writing stores throws
#pragma once

#include <cstdint>
#include <string>

#include "gateway/core/error.hpp"
#include "gateway/ingest/territorial.hpp"

namespace gateway::ingest {

/// The dataset is too large to be kept a second time; what() names the way over /api/v1/series.
struct TooManyFigures : Error {
    explicit TooManyFigures(std::string const& text) : Error(Errc::invalid_argument, text) {}
};

/// Computes every vintage of `base` anew on the areas of `day`, as the dataset `derived`, into PLACE/STAMP, which is there
/// when it is whole; other folders in PLACE are removed. What a vintage does not change makes no vintage there.
void fill_derived(store::Store const& source, DatasetInfo const& base, DatasetInfo const& derived,
                  TerritoryKnowledge& knowledge, std::int32_t day, std::string const& place,
                  std::string const& stamp);

} // namespace gateway::ingest
