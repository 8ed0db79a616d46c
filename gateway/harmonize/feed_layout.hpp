// The [layout] of a feed description as a Layout.
//
// Source   docs/feeds.md, layout
// Errors   Error malformed naming file:line:column
#pragma once

#include <vector>

#include "gateway/core/layout.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

/// Formats that say themselves which of their parts is a dimension: "sdmx", "json-stat", "px". Their layout renames
/// dimensions and codes; it has no columns of figures.
bool describes_itself(std::string_view format) noexcept;

/// Reads the [layout] tables of `files` in order, with their presets and lists.
void read_layout(Layout& layout, std::vector<Section> const& files);

} // namespace gateway::harmonize
