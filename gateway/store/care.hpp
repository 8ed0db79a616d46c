// Care: what a store contains, as one hash, and whether it is sound.
#pragma once

#include <string>
#include <vector>

#include "gateway/store/core.hpp"

namespace gateway::store {

/// SHA-256 over datasets, indicators, areas, every version of every observation and the vintages, in an order
/// that follows from the content alone. Clocks, internal numbers, documents and labels do not count.
std::string content_hash_of(Core& core);

/// SQLite's own check, the checksum and coding of every row, both key orders against each other, numbers that
/// lead nowhere, vintages with gaps. Empty for a sound store.
std::vector<Problem> problems_of(Core& core);

} // namespace gateway::store
