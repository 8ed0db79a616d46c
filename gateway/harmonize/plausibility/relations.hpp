// Totals against their parts, over dimensions and over areas.
//
// Series come in (indicator, area) order, so the areas of one indicator are compared when the next begins; the codes
// of a dimension lie anywhere, so their sums wait until the end.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/harmonize/plausibility/findings.hpp"
#include "gateway/harmonize/plausibility/tolerance.hpp"

namespace gateway::harmonize::plausibility {

/// Parts of one dimension and their total, for every area and period.
class PartsOfDimension {
  public:
    explicit PartsOfDimension(Rule const& rule) : rule_(rule) {}
    void add(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells);
    void finish(Findings& findings);

  private:
    enum class Role : std::uint8_t { none, total, part, optional_part };
    struct Sum {
        DecimalSum parts;
        std::optional<Decimal> total;
        std::optional<Decimal> largest; ///< part
        std::string const* largest_code = nullptr;
        double tolerance = 0; ///< of the parts
        Fives fives;
        double total_tolerance = 0;   ///< of the total
        double largest_tolerance = 0; ///< of the largest part
        std::uint64_t line = 0;       ///< of the total; else of the largest part
        std::uint64_t largest_line = 0;
        std::uint32_t numbers = 0; ///< parts that must be there and have a number
        bool absent = false;       ///< some part has no number
    };
    struct Group {
        IndicatorKey rest; ///< with the total's code
        std::map<std::pair<Area, TimePeriod>, Sum> sums;
    };
    [[nodiscard]] Role role_of(std::string_view code) const;
    void compare(Group const& group, Area const& area, TimePeriod const& period, Sum const& sum,
                 Findings& findings) const;

    Rule const& rule_;
    IndicatorKey last_;
    Role role_ = Role::none;
    Group* group_ = nullptr;
    std::string const* code_ = nullptr;
    std::map<IndicatorKey, Group> groups_;
    std::map<std::string, int, std::less<>> codes_; ///< interned
};

/// Counties against their Land and Länder against Germany, within one indicator; counties that a measure lacks.
class LevelsOfAreas {
  public:
    LevelsOfAreas(RuleSet const& rules, Surroundings const& surroundings)
        : rules_(rules), surroundings_(surroundings) {}
    void add(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells,
             Findings& findings);
    void flush(Findings& findings);
    void finish(Findings& findings);

  private:
    struct Node {
        std::optional<Decimal> total;
        DecimalSum parts;
        double tolerance = 0, total_tolerance = 0;
        Fives fives;
        std::uint64_t line = 0;
        std::size_t there = 0; ///< parts that have a cell
        bool absent = false;   ///< some part has no number
    };
    void see(Area const& area, CheckedCell const& cell);
    void put(std::string const& parent, Area const& area, CheckedCell const& cell);
    void compare(std::string const& parent, TimePeriod const& period, Node const& node, Findings& findings);
    [[nodiscard]] std::vector<std::string> const& counties_on(std::int32_t day);

    RuleSet const& rules_;
    Surroundings const& surroundings_;
    IndicatorKey indicator_;
    bool wanted_ = false;
    Rule const* levels_rule_ = nullptr;
    Rule const* areas_rule_ = nullptr;
    std::map<std::pair<std::string, TimePeriod>, Node> nodes_; ///< by Land ("" = Germany)
    /// Counties of a Land with any cell of a measure. Tables leave empty rows out, so one indicator tells nothing.
    struct Present {
        Rule const* rule = nullptr;
        IndicatorKey indicator; ///< the first
        std::set<std::string> counties;
    };
    std::map<std::tuple<std::string, std::string, TimePeriod>, Present> present_; ///< by measure and Land
    std::map<std::int32_t, std::vector<std::string>> counties_;
};

} // namespace gateway::harmonize::plausibility
