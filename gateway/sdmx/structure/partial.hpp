// Item schemes with the items that are used, and no others. Internal to selections.
#pragma once

#include <functional>
#include <string_view>

#include "gateway/sdmx/structure/selection.hpp"

namespace gateway::sdmx::structure {

/// The region of a dataset; null where it is not known or may not be seen.
using RegionLookUp = std::function<Region const*(std::string_view dataset)>;

/// Of what `references` brought: concept schemes keep the concepts of the data structures that are in the selection,
/// code lists the codes that these datasets have, category schemes the categories (and those they are in) of its
/// categorisations, provider schemes the providers of its agreements. A scheme that nothing in the selection
/// restricts stays whole.
void keep_used_items(Selection& selection, RegionLookUp const& region_of);

/// The same with the regions of the catalogue's own constraints.
void keep_used_items(Selection& selection, Catalogue const& catalogue);

} // namespace gateway::sdmx::structure
