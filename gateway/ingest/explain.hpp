// Explaining a figure: from its id back to the bytes it came from, and forward again.
//
// The store says which vintage brought the figure, the vintage names document and mapping version, the
// archive has the bytes. They are read again with the mapping of that time; the row with this key is found,
// its rules are listed, and the value is computed anew. docs/adr/0004-lineage-by-recomputation.md
//
// Errors   Error not_found naming the part of the id that the store does not have; checksum where the
//          archived bytes are damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

/// One step from what the source wrote to what the schema says.
struct RuleUse {
    std::string what;   ///< "time", "measure", "variable GES", "sign", "protection"
    std::string source; ///< "STAG 2023-12-31"
    std::string result; ///< "TIME_PERIOD=2023-12-31"
    std::string rule;   ///< file and key of the rule
};

struct Explanation {
    FigureId id;
    DatasetInfo dataset;
    Area area;
    std::string area_name;
    Observation stored;
    store::VintageInfo vintage;               ///< that brought the figure
    std::optional<store::VintageInfo> recall; ///< that brought it back, where a later one was recalled
    store::DocumentInfo document;
    std::uint64_t line = 0; ///< in the unpacked document; 0 = no row has this key any more
    std::uint32_t column = 0;
    std::string raw_row; ///< text of the line
    std::vector<RuleUse> rules;
    std::optional<Observation> recomputed;
    bool identical = false;
    std::vector<std::pair<Observation, store::VintageInfo>> history; ///< every value this cell ever had
};

Explanation explain(Workshop& shop, FigureId const& id);

/// Recomputes the figures of a vintage from its document and compares each with the store.
struct Recomputation {
    std::uint64_t figures = 0;
    std::vector<std::string> different; ///< figure ids, with what differs
};
/// Looks at every `step`-th figure of the current state of all datasets, at most `limit`.
Recomputation recompute(Workshop& shop, std::uint64_t limit, std::uint64_t seed);

} // namespace gateway::ingest
