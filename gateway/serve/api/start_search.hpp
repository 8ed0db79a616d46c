// What the start page says to a name or key that somebody typed: the areas near it, and of one all that there is.
#pragma once

#include <string>
#include <vector>

#include "gateway/serve/api/shelf.hpp"

namespace gateway::serve::api {

/// HTML. One area where `words` are its key or nothing else is near, else a list to choose from. `datasets` are those that
/// the caller may see.
std::string found_areas(Shelf& shelf, AreaIndex const& index, std::vector<DatasetInfo> const& datasets,
                        std::string const& words);

} // namespace gateway::serve::api
