// Explaining a figure of a series view ("~freq:year", "~ages", "~unit", "~breaks", "~join" behind its id): computed
// again from the state of knowledge of its vintage, with the figures it was made of, each of which leads further back.
//
// Errors   Error not_found where the view gives no such figure, or the dataset has no such vintage;
//          invalid_argument for an id whose codes do not fit its steps
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/derive/series/view.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/territorial.hpp"

namespace gateway::ingest {

struct SeriesExplanation {
    FigureId id;
    Observation figure;
    feed::Derived derived;
    std::string area_name, title;
    std::vector<derive::series::Origin> origins;
    bool joined = false; ///< only the line is put together: the figure itself is `own`
    FigureId own;
};

/// True where the last step of the id's view is one of a series view.
bool is_series_view(FigureId const& id) noexcept;

/// `knowledge` is asked for where the figure also stands on another territory.
SeriesExplanation explain_series(store::Store const& store, harmonize::MappingFiles const& files,
                                 std::function<TerritoryKnowledge&()> const& knowledge, FigureId const& id,
                                 bool partial);

} // namespace gateway::ingest
