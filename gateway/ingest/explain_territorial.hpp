// Explaining a figure on another territory: every source back to its bytes, and the figure made from these anew.
//
// The id names the day (and, behind ':', that partial sums were allowed): ".../2013-12-31@2~2016-12-31". Figures are
// read in the state of knowledge of the vintage; each source is explained as any published figure is; then the same
// view runs over what the bytes gave.
//
// Errors   as explain(); Error not_found where the view gives no such figure
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/ingest/explain.hpp"
#include "gateway/ingest/territorial.hpp"

namespace gateway::ingest {

struct TerritorialSource {
    FigureId id;
    derive::Contribution contribution;
    std::optional<Observation> recomputed;
    bool identical = false;
};

/// The figure of a derived flow that was asked for.
struct FlowFigure {
    FigureId id;
    Observation stored;
    bool identical = false; ///< with what the published figures make anew
};

struct TerritorialExplanation {
    FigureId id;
    std::optional<FlowFigure> flow; ///< asked for by its id in a derived flow
    std::string dataset_title, area_name;
    derive::MeasureUse measure;
    derive::Combined figure;
    std::vector<TerritorialSource> sources;
    std::optional<derive::Combined> recomputed;
    std::vector<KnowledgeFile> register_files; ///< what knows of reforms and measures, as it was read
    bool identical = false;                    ///< every source, and the figure made of them
};

TerritorialExplanation explain_territorial(Workshop& shop, TerritoryKnowledge& knowledge, FigureId const& id);

} // namespace gateway::ingest
