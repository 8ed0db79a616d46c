// What the start page says to somebody who looks for an area or a table.
#pragma once

#include <string>
#include <vector>

#include "gateway/serve/api/shelf.hpp"

namespace gateway::serve::api {

struct StartSearch {
    std::string area;  ///< name, former name or key; empty = not asked
    std::string table; ///< part of title, number or statistic; empty = all tables
};

/// HTML. Of an area all that there is in the tables that were meant; where several areas are near, a list to choose from.
/// Without an area the tables. `datasets` are those that the caller may see.
std::string found(Shelf& shelf, AreaIndex const& index, std::vector<DatasetInfo> const& datasets,
                  StartSearch const& search);

} // namespace gateway::serve::api
