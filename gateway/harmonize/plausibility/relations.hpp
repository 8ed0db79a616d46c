// Totals against their parts over areas. Internal to the checker.
//
// Series come in (indicator, area) order, so the areas of one indicator are compared when the next begins.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/plausibility/findings.hpp"
#include "gateway/harmonize/plausibility/series.hpp"
#include "gateway/harmonize/plausibility/tolerance.hpp"

namespace gateway::harmonize::plausibility {

/// Counties against their Land and Länder against Germany, within one indicator; counties that a measure lacks.
class LevelsOfAreas {
  public:
    LevelsOfAreas(RuleSet const& rules, Surroundings const& surroundings, PeriodNumbers const& periods)
        : rules_(rules), surroundings_(surroundings), periods_(periods) {}
    /// The series that follow belong to this indicator; it must stay until the next one.
    void start(IndicatorKey const& indicator, Findings& findings);
    [[nodiscard]] bool is_wanted(Area const& area) const noexcept;
    void add(CheckedSeries const& series);
    void finish(Findings& findings);

  private:
    static constexpr std::size_t lands = 17; ///< Germany (0) and 16 Länder
    struct Node {
        std::optional<Decimal> total;
        DecimalSum parts;
        double tolerance = 0, total_tolerance = 0;
        Fives fives;
        std::uint64_t line = 0;
        std::size_t there = 0; ///< parts that have a cell
        bool absent = false;   ///< some part has no number
        bool used = false;
    };
    /// Counties with any cell of a measure. Tables leave empty rows out, so one indicator tells nothing.
    struct Present {
        struct Place {
            Rule const* rule = nullptr;
            IndicatorKey indicator; ///< the first
        };
        std::vector<Place> places;               ///< by period and Land
        std::vector<std::vector<bool>> counties; ///< by period and slot of the area
    };
    void put(std::size_t land, bool is_total, std::uint32_t period, CheckedCell const& cell);
    void see(std::size_t land, CheckedSeries const& series);
    void flush(Findings& findings);
    void compare(std::size_t land, TimePeriod const& period, Node const& node, Findings& findings);
    void report(std::string const& measure, std::size_t land, std::uint32_t period, Present const& present,
                Findings& findings);
    [[nodiscard]] std::vector<std::string> const& counties_on(std::int32_t day);
    /// How many counties the Land had on that day.
    [[nodiscard]] std::size_t county_count(std::int32_t day, std::size_t land);

    RuleSet const& rules_;
    Surroundings const& surroundings_;
    PeriodNumbers const& periods_;
    IndicatorKey indicator_;
    bool multiplier_ = false;
    Rule const* levels_rule_ = nullptr;
    Rule const* areas_rule_ = nullptr;
    std::vector<Node> nodes_;         ///< by period and Land
    std::vector<std::uint32_t> used_; ///< nodes of this indicator
    Present* present_ = nullptr;
    std::map<std::string, Present> presents_;                    ///< by measure
    std::unordered_map<std::string, std::uint32_t> county_slot_; ///< by key
    std::map<std::int32_t, std::vector<std::string>> counties_;
    std::map<std::int32_t, std::array<std::size_t, lands>> county_counts_; ///< by day and Land
};

} // namespace gateway::harmonize::plausibility
