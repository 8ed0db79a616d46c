// What a draft says of the areas of a table: which form its keys have, which Land they lack, which are none, and
// which key a name has where no keys stand. Internal to feed_draft*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/ingest/feed_draft.hpp"

namespace gateway::ingest::draft {

/// A row of figures, as far as it tells its area. `key` is empty where none stands there.
struct AreaRow {
    std::uint64_t row = 0;
    std::string key, name;
};

/// Lines of a [[layout.dimension]], and those that stand behind the layout (a list of keys and names).
struct AreaLines {
    std::string dimension, list;
};

/// For a column of keys; rows have no names where no column of names stands beside it.
AreaLines lines_of_keys(std::vector<AreaRow> const& rows, AreaNames const& names);

/// For a column of names alone: the table `recode`, with a doubt for each name that nobody knows. The last lines of
/// their dimension.
std::string lines_of_names(std::vector<std::string> const& texts, AreaNames const& names);

/// "rows 11, 12, 13 and 5 more".
std::string rows_text(std::vector<std::uint64_t> const& rows);

} // namespace gateway::ingest::draft
