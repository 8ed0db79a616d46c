// Totals against their parts, over dimensions and over areas.
//
// Series come in (indicator, area) order, so the areas of one indicator are compared when the next begins; the codes
// of a dimension lie anywhere, so their sums wait until the end.
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

/// Parts of one dimension and their total, for every area and period.
class PartsOfDimension {
  public:
    PartsOfDimension(Rule const& rule, PeriodNumbers const& periods, AreaSlots const& areas)
        : rule_(rule), periods_(periods), areas_(areas) {}
    /// The series that follow belong to this indicator.
    void start(IndicatorKey const& indicator);
    [[nodiscard]] bool is_wanted() const noexcept { return role_ != Role::none; }
    void add(CheckedSeries const& series);
    void finish(Findings& findings);

  private:
    enum class Role : std::uint8_t { none, total, part, optional_part };
    /// There is one for every cell of a total, so it is small: a line of the cache.
    struct Sum {
        std::uint64_t key = 0; ///< number of the area, then of the period
        std::int64_t parts = 0, total = 0, largest = 0;
        float tolerance = 0; ///< of the parts
        float total_tolerance = 0;
        float largest_tolerance = 0;
        std::uint32_t line = 0; ///< of the total
        std::uint32_t largest_line = 0;
        std::uint16_t largest_code = 0;
        std::uint16_t numbers = 0; ///< parts that must be there and have a number
        Fives fives;
        std::uint8_t parts_scale = 0, total_scale = 0, largest_scale = 0;
        bool has_total : 1 = false;
        bool has_largest : 1 = false;
        bool absent : 1 = false;   ///< some part has no number
        bool overflow : 1 = false; ///< the parts cannot be added up

        void add(Decimal number) noexcept;
    };
    struct Group {
        IndicatorKey rest;     ///< with the total's code
        std::vector<Sum> sums; ///< by key
        std::vector<Sum> fresh;
    };
    [[nodiscard]] Role role_of(std::string_view code) const;
    Sum& sum_of(std::uint64_t key);
    static void merge(Group& group);
    void compare(Group const& group, Sum const& sum, Findings& findings) const;

    Rule const& rule_;
    PeriodNumbers const& periods_;
    AreaSlots const& areas_;
    Role role_ = Role::none;
    bool multiplier_ = false;
    Group* group_ = nullptr;
    std::size_t next_ = 0;
    std::size_t most_sums_ = 0; ///< of a group so far: the next one will have as many
    std::uint16_t code_ = 0;
    std::map<IndicatorKey, Group> groups_;
    std::vector<std::string> codes_;
};

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
