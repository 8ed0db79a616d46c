// Joining: one line out of several tables, with the source of every value.
//
// Series join where they count the same (concept guard), in the same unit, for the same area and the same codes; a
// total (_T) and a dimension that a table does not have are the same. For a period that several have, the first
// table named wins, unless only another has a number; the others' figures are kept as second official values.
// Where the table changes the two are compared in the periods they share, and a difference is a break.
//
// Source   docs/series.md, joining
// Errors   Error invalid_argument naming both tables, what differs and the way out
#pragma once

#include <optional>
#include <vector>

#include "gateway/harmonize/series/breaks.hpp"
#include "gateway/harmonize/series/concepts.hpp"

namespace gateway::harmonize::series {

struct JoinSource {
    DatasetInfo dataset;
    IndicatorKey indicator;
    std::vector<Observation> figures;              ///< by period
    std::vector<std::optional<UnixTime>> received; ///< one per figure
};

struct JoinedFigure {
    std::size_t source = 0;                                  ///< index of the table it is from
    std::size_t figure = 0;                                  ///< and of the figure in it
    Observation shown;                                       ///< with OBS_STATUS B where a break says so
    std::vector<Break> breaks;                               ///< between the figure before and this one
    std::vector<std::pair<std::size_t, std::size_t>> second; ///< (source, figure) of other official values
};

/// What two tables must share so that their series join: the indicator without totals.
IndicatorKey line_key(IndicatorKey const& indicator);

/// The line, by period.
std::vector<JoinedFigure> join(std::vector<JoinSource> const& sources, ConceptGuard const& guard,
                               BreakRegister const& breaks);

/// Refuses what must not be one series. join() calls it.
void require_joinable(JoinSource const& one, JoinSource const& other, ConceptGuard const& guard);

} // namespace gateway::harmonize::series
