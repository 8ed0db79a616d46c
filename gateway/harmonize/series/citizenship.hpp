// Nationalities: from single states to Germans, foreigners, EU and third countries, by date.
//
// Who belongs to the EU is decided by the last day of the period. A table without a row for a state does not say
// that nobody has its nationality; so a group is summed only where all foreigners of the table prove that no state
// is missing. Where small counts are rounded, what could still be missing widens the upper bound.
//
// Codes    CITIZENSHIP of the common schema: DE, FOR, EU_F, NEU_F, ISO alpha-3, STLESS, UNK, OA, predecessor states
// Source   mappings/correspondences/citizenship.toml, mappings/variables/citizenship.toml; docs/series.md
// Errors   Error invalid_argument for a group that is none
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/series/made.hpp"

namespace gateway::harmonize::series {

class CitizenshipTable {
  public:
    enum class Group : std::uint8_t { aggregate, german, member, third, unknown };

    static CitizenshipTable load(MappingFiles const& files);

    [[nodiscard]] Group group_of(std::string_view code, std::int32_t day) const;
    /// Reads "DE,FOR,EU_F,NEU_F".
    [[nodiscard]] std::vector<std::string> parse(std::string_view text) const;
    /// The figure of a group for one period, from figures by code.
    [[nodiscard]] Made at_group(std::string_view group,
                                std::vector<std::pair<std::string, Observation>> const& sources,
                                TimePeriod const& period) const;

  private:
    struct Membership {
        std::int32_t from = 0;
        std::optional<std::int32_t> until;
    };
    [[nodiscard]] Made from_states(std::string_view group,
                                   std::vector<std::pair<std::string, Observation>> const& sources,
                                   TimePeriod const& period) const;
    std::map<std::string, Membership, std::less<>> members_;
    std::set<std::string, std::less<>> states_; ///< codes that are known, members or not
};

} // namespace gateway::harmonize::series
