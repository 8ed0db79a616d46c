// Plausibility rules: what sound statistics look like, as data with an owner and an expiry.
//
// Files in mappings/plausibility/ (TOML, schemas/mapping/plausibility.schema.json). A rule says for which sources,
// measures, units and levels it speaks, how grave a breach is and what to do about it. A rule past its expiry is
// not applied; the report says so and names its owner.
//
// Source   docs/plausibility.md; domain handbook sections 5 and 7.
// Errors   Error malformed naming file:line:column
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize::plausibility {

struct Rule {
    enum class Kind : std::uint8_t {
        range,      ///< a value lies in [minimum, maximum]
        parts,      ///< the parts of a dimension against its total
        levels,     ///< counties against their Land, Länder against Germany
        population, ///< a number of persons against the inhabitants of the area
        validity,   ///< a number for an area that did not exist at that time
        jump,       ///< a value against that of the neighbouring period
        disclosed,  ///< what was secret in the stored vintage and is a number now
        areas,      ///< counties of a Land that are missing where the others are there
    };
    Kind kind = Kind::range;
    std::string id;
    std::string owner;
    std::int32_t expires = 0; ///< last day on which it holds
    Severity severity = Severity::warning;
    std::string next_step;
    std::string place; ///< "mappings/plausibility/common.toml:12"

    // For what: empty = everything.
    std::vector<std::string> services, tables, measures, units;
    std::vector<std::string> except_measures;
    std::vector<std::pair<std::string, std::string>> except_codes; ///< dimension and code: FLOW, NET

    std::optional<Decimal> minimum, maximum; ///< range; jump: smallest value that counts
    double factor = 0;                       ///< jump: how many times; population: share that is allowed
    std::string dimension;                   ///< parts
    std::string total;                       ///< parts: code of the whole
    std::vector<std::string> parts; ///< parts: codes that make up the whole; empty = each is a part of it
    std::vector<std::string> optional_parts; ///< parts: may be absent
    Decimal ckm;                             ///< half-width of one value under the cell-key method
    Decimal slack;                           ///< what is allowed beside protection and rounding

    [[nodiscard]] bool speaks_of(IndicatorKey const& indicator) const;
};

struct RuleSet {
    std::vector<Rule> rules;   ///< in force
    std::vector<Rule> expired; ///< no longer applied

    [[nodiscard]] bool empty() const noexcept { return rules.empty() && expired.empty(); }
};

/// All rules there are; reads and checks the files.
std::vector<Rule> read_rules(MappingFiles const& files);
/// Those of them that speak of a table of a service, as of `day`.
RuleSet select_rules(std::vector<Rule> rules, std::string_view service, std::string_view table,
                     std::int32_t day);
/// Both at once.
RuleSet load_rules(MappingFiles const& files, std::string_view service, std::string_view table,
                   std::int32_t day);

} // namespace gateway::harmonize::plausibility
