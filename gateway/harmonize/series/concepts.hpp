// Concept guard: keeps what counts different things out of one series and one sum.
//
// Source   mappings/concepts.toml; docs/series.md, concepts
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize::series {

/// Why two series must not meet, and what to do instead.
struct Apart {
    std::string de, en, way_out;
    std::string place; ///< "mappings/concepts.toml:90"; empty for general reasons
};

class ConceptGuard {
  public:
    static ConceptGuard load(MappingFiles const& files);

    /// Ids of the concepts of a series, sorted.
    [[nodiscard]] std::vector<std::string> concepts(DatasetInfo const& dataset,
                                                    IndicatorKey const& indicator) const;
    /// Nothing where the two may stand in one series.
    [[nodiscard]] std::optional<Apart> apart(DatasetInfo const& one, IndicatorKey const& one_indicator,
                                             DatasetInfo const& other,
                                             IndicatorKey const& other_indicator) const;

  private:
    struct Concept {
        std::string id, de, en;
        std::vector<std::string> statistics, tables, sources, datasets, measures;
        std::map<std::string, std::vector<std::string>, std::less<>> codes;
    };
    [[nodiscard]] std::string name(std::string_view id, bool german) const;
    std::vector<Concept> concepts_;
    std::map<std::pair<std::string, std::string>, Apart> apart_; ///< ids in order
};

} // namespace gateway::harmonize::series
