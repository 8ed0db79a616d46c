// Edges of a map in the order of their keys. Internal to graph.
#pragma once

#include <algorithm>

namespace gateway::harmonize::territory {

template <typename Edges>
void sort_edges(Edges& edges) {
    std::sort(edges.begin(), edges.end(),
              [](auto const& a, auto const& b) { return a.from != b.from ? a.from < b.from : a.to < b.to; });
}

} // namespace gateway::harmonize::territory
