// Age groups: from the groups a source has to the groups somebody asks for.
//
// Exact or not at all: a group is made where groups of the source fill it without gap or overlap; otherwise the
// nearest groups that can be made are named. Of several ways the one with the fewest parts is taken, because the
// office's own aggregate is better than our sum.
//
// Codes    AGE of the common schema with inclusive bounds: Y_LT15, Y15T19, Y18, Y_GE75; _T is every age
// Source   mappings/correspondences/age_groups.toml for lists with a name; docs/series.md, age groups
// Errors   Error invalid_argument for groups that cannot be read
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/series/made.hpp"

namespace gateway::harmonize::series {

/// Completed years of age from `from` to `to`, both inclusive; no `to` = and older.
struct AgeGroup {
    unsigned from = 0;
    std::optional<unsigned> to;

    [[nodiscard]] std::string code() const; ///< "Y15T19"; every age is "_T"
    [[nodiscard]] std::string text() const; ///< "15-19", "65+"
    friend bool operator==(AgeGroup const&, AgeGroup const&) = default;
    friend auto operator<=>(AgeGroup const&, AgeGroup const&) = default;
};

/// Nothing for a code that is no age group ("_U").
std::optional<AgeGroup> age_group(std::string_view code);

/// Age groups that have a name: "minors", "genesis-17".
class AgeLists {
  public:
    static AgeLists load(MappingFiles const& files);
    /// Reads "0-17,18-64,65+", or the name of a list.
    [[nodiscard]] std::vector<AgeGroup> parse(std::string_view text) const;

  private:
    std::map<std::string, std::vector<AgeGroup>, std::less<>> lists_;
};

struct AgeTiling {
    std::vector<std::size_t> parts; ///< indexes into the source groups, by age; empty where there is none
    std::vector<AgeGroup>
        nearest; ///< then: the largest group inside and the smallest around that can be made
};
/// How `target` is made of `sources`.
AgeTiling tile(AgeGroup const& target, std::vector<AgeGroup> const& sources);

/// The figure of `target` for one period from the figures of the source's groups.
Made at_ages(AgeGroup const& target, std::vector<std::pair<AgeGroup, Observation>> const& sources,
             TimePeriod const& period);

} // namespace gateway::harmonize::series
