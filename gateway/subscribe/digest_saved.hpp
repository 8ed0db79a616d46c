// Saved queries whose answers are no longer what they were when somebody copied a figure from them.
//
// Shape    one file per query, FOLDER/queries/AB/ID.json, as the service writes them; a query that is frozen to a state
//          of knowledge stays as it was and is left out
// Errors   Error io where the folder cannot be read; a file that is no saved query is passed over: the service complains
//          about it when somebody asks for it
// Source   docs/api.md, saved queries
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::subscribe {

struct SavedQuery {
    std::string id;
    std::string text;               ///< "area=03153&format=csv-de"
    std::vector<std::string> areas; ///< keys; empty = all
    bool inside = false;            ///< and everything that lies in them
    std::string dataset;            ///< id or table code; empty = all
    std::optional<AreaLevel> level;
    std::map<std::string, std::string, std::less<>> codes; ///< dimension to code
    std::optional<std::int32_t> from_day, to_day;          ///< of the period's first day, inclusive

    // What shows a figure is asked in parts, each of which is answered once for many figures.
    [[nodiscard]] bool shows(DatasetInfo const& info) const;
    [[nodiscard]] bool shows(Area const& area) const;
    [[nodiscard]] bool shows(IndicatorKey const& key) const;
    [[nodiscard]] bool shows(TimePeriod const& period) const;
};

/// Nothing for a text that is no query.
std::optional<SavedQuery> saved_query_from(std::string id, std::string_view text);

/// The live queries of a service's folder, by id.
std::vector<SavedQuery> saved_queries(std::string const& folder);

} // namespace gateway::subscribe
