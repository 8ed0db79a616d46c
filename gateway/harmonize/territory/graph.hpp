// Graph: from the areas of any day to those of any other day, through the events between them.
//
// Shape    counties are made of parts that keep one path of keys each (mappings/territory/parts.csv). An
//          area map groups them by their key on the one day and on the other. Whole areas go over with
//          weight 1; the weights of a divided one are the shares of its parts in the nearest register before
//          both days, or those of an imported table. NaN where nobody has told the size of the parts.
//          Edges are multiplied where a table does not begin or end on the days asked for.
// Threads  a graph has one user at a time; a map lives as long as the graph
// Source   docs/territory.md, register
// Errors   Error invalid_argument for a day before 1990; malformed naming file and line
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/harmonize/territory/crosswalk.hpp"
#include "gateway/harmonize/territory/register.hpp"

namespace gateway::harmonize::territory {

/// How one part of an area map came about.
struct Passage {
    enum class Kind : std::uint8_t {
        same,      ///< nothing changed but perhaps the name
        whole,     ///< went over undivided: exact
        divided,   ///< a share, estimated
        backwards, ///< a share of what was merged later: estimated, and never more than that
    };
    Kind kind = Kind::same;
    std::int32_t basis = 0; ///< day of the register that the shares are from; 0 for a table or none
    std::vector<std::uint32_t> events; ///< numbers in Register::events(), in their order
    [[nodiscard]] bool exact() const noexcept { return kind == Kind::same || kind == Kind::whole; }
};

std::string_view to_string(Passage::Kind kind) noexcept; ///< "same", "whole", "divided", "backwards"

/// A crosswalk from one day to another; part.row is the number of its passage.
struct AreaMap {
    std::int32_t from = 0;
    std::int32_t to = 0;
    Crosswalk crosswalk; ///< status kind day; old and new names as valid on the two days
    std::vector<Passage> passages;
};

class Graph {
  public:
    /// `areas` must outlive the graph. `parts` is the text of parts.csv.
    Graph(Register const& areas, std::string_view parts);

    /// Uses a table of yearly statuses (31 December) for its years and its target, in place of the shares that
    /// the graph knows. Of several tables that fit, the one with the latest target is used. Empties the cache.
    /// \throws Error invalid_argument for a table by days or without a target year
    void use(Crosswalk table);

    /// The counties of `from` to those of `to`, in either direction. Cached.
    AreaMap const& map(std::int32_t from, std::int32_t to);

    /// The maps from several days to one as one crosswalk by days, for conversion of whole series.
    Crosswalk crosswalk(std::vector<std::int32_t> const& days, std::int32_t to);

    /// Keys of every county that ever had land in common with the county `key` of `day`, itself included; by key.
    [[nodiscard]] std::vector<std::string> relatives(std::string_view key, std::int32_t day) const;

    /// Counties that map() knows but that are not in the register on that day, or the reverse: none in a
    /// sound register.
    [[nodiscard]] std::vector<std::string> contradictions(std::int32_t day) const;

  private:
    struct Step {
        std::uint32_t key;
        std::int32_t day; ///< first day there
    };
    struct Part {
        std::uint32_t first = 0; ///< steps: [first, last)
        std::uint32_t last = 0;
        double population = no_weight;
        double area = no_weight;
    };
    struct Snapshot {
        std::int32_t day = 0;
        std::uint32_t first = 0; ///< parts: [first, last)
        std::uint32_t last = 0;
    };
    struct Edge {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        std::array<double, weight_count> weights{1, 1, 1};
        Passage passage;
        std::uint32_t source = 0; ///< 0 = events, else of a table
    };
    using Edges = std::vector<Edge>; ///< by from, then to
    struct Table {
        Crosswalk crosswalk;
        std::int32_t target = 0;
        std::uint32_t first_source = 0; ///< number of its first source in every map
    };

    [[nodiscard]] std::uint32_t key_on(Part const& part, std::int32_t day) const;
    [[nodiscard]] Snapshot const& snapshot_before(std::int32_t day) const;
    [[nodiscard]] Edges by_events(std::int32_t from, std::int32_t to);
    [[nodiscard]] Edges by_table(Table const& table, std::int32_t year, bool backwards);
    [[nodiscard]] Edges chained_edges(Edges const& first, Edges const& then) const;
    [[nodiscard]] Edges best_edges(std::int32_t from, std::int32_t to);
    [[nodiscard]] std::vector<std::uint32_t> events_of(Part const& part, std::int32_t after,
                                                       std::int32_t until) const;

    Register const* areas_;
    std::string sha256_; ///< of parts.csv
    KeyTable keys_;
    std::vector<Step> steps_;
    std::vector<Part> parts_;
    std::vector<Snapshot> snapshots_;
    std::vector<Table> tables_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::unique_ptr<AreaMap>> cache_;
};

/// The map that a table gives by itself, where it leads from exactly `from` to exactly `to`. Weights that do not
/// add up to 1 are replaced by those of the area.
std::unique_ptr<AreaMap> map_of_table(Crosswalk const& table, std::int32_t from, std::int32_t to);

} // namespace gateway::harmonize::territory
