// Atlas: which areas of one day flow into an area of another, kept once worked out.
//
// Shape    an inflow is an area of the day of the data together with the share of it that lies in the area wanted;
//          share 1 and not split = all of it. Inflows come by key.
// Threads  one user at a time; what is returned lives as long as the atlas
// Source   harmonize/territory: register, graph, imported files; docs/territory.md
// Errors   Error invalid_argument for days before the register begins
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gateway/harmonize/territory/graph.hpp"
#include "gateway/harmonize/territory/graph_municipal.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/harmonize/territory/plan.hpp"

namespace gateway::derive {

struct Inflow {
    std::string key;
    std::string name;
    double share = 1;      ///< by the weight asked for
    double population = 1; ///< by each estimator; NaN where nobody has told
    double area = 1;
    bool split = false;         ///< other areas have a share, too
    bool unknown = false;       ///< divided, and nobody has told how
    std::vector<double> shares; ///< of all areas it went to, in order of their keys, where split
    std::size_t place = 0;      ///< of this one among them
    harmonize::territory::Flags flags = 0;
    std::vector<std::uint32_t> passages; ///< numbers in the map
};

/// Everything that flows from the areas of one day into those of another.
struct Flows {
    harmonize::territory::AreaMap const* map = nullptr;
    std::map<std::string, std::vector<Inflow>, std::less<>> into; ///< by area wanted
    [[nodiscard]] std::span<Inflow const> of(std::string_view key) const;
};

class Atlas {
  public:
    using Weight = harmonize::territory::Weight;

    /// `folder` is mappings/territory, `store` the directory with imported files; empty = none.
    Atlas(std::string const& folder, std::string const& store);
    Atlas(Atlas const&) = delete;
    Atlas& operator=(Atlas const&) = delete;

    [[nodiscard]] harmonize::territory::Register const& areas() const noexcept { return areas_; }
    /// The day of the newest change that the register knows.
    [[nodiscard]] std::int32_t latest() const noexcept { return latest_; }
    /// First day for which there are maps.
    [[nodiscard]] std::int32_t first_day() const noexcept { return first_day_; }

    Flows const& counties(std::int32_t from, std::int32_t to, Weight weight);
    /// Nothing where no register and no table of municipalities was imported that leads there.
    Flows const* municipalities(std::int32_t from, std::int32_t to, Weight weight);
    /// Every county key that ever shared land with the county `key` of `day`, itself included; by key.
    std::vector<std::string> const& relatives(std::string_view key, std::int32_t day);
    /// True where no land ever left or joined the county `key`, nor its key changed: its figures are those of every day.
    [[nodiscard]] bool untouched(std::string_view key) const { return touched_.count(key) == 0; }
    /// True where no land with people crossed the border of a Land or region (2 or 3 digits) between the days.
    bool same_border(std::string_view prefix, std::int32_t from, std::int32_t to);

    /// "16/2021/0004 (2021-07-01); shares of 2017-12-31: mappings/territory/parts.csv (sha256 ...)"
    [[nodiscard]] std::string const& basis_of(Flows const& flows, std::span<Inflow const* const> used) const;
    /// The official changes behind an inflow, one line each.
    [[nodiscard]] std::vector<std::string> events_of(Flows const& flows, Inflow const& inflow) const;

  private:
    using Key = std::tuple<std::int32_t, std::int32_t, Weight>;
    [[nodiscard]] std::string basis_text(Flows const& flows, std::span<Inflow const* const> used) const;
    Flows flows_from(harmonize::territory::AreaMap const& map, Weight weight) const;
    harmonize::territory::AreaMap const* municipal_map(std::int32_t from, std::int32_t to);

    harmonize::territory::Register areas_;
    harmonize::territory::Graph graph_;
    harmonize::territory::ImportStore imported_;
    std::set<std::string_view> touched_; ///< keys of counties in any change that moves land
    std::int32_t latest_ = 0;
    std::int32_t first_day_ = 0;
    bool municipal_read_ = false;
    std::vector<harmonize::territory::Crosswalk> municipal_tables_;
    std::unique_ptr<harmonize::territory::MunicipalGraph> municipal_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::unique_ptr<harmonize::territory::AreaMap>>
        table_maps_;
    std::map<Key, std::unique_ptr<Flows>> counties_, municipalities_;
    std::map<std::pair<std::int32_t, std::string>, std::vector<std::string>> relatives_;
    using Used = std::pair<Flows const*, std::vector<Inflow const*>>;
    mutable std::map<Used, std::string> bases_; ///< the figures of an area and a day have few
};

} // namespace gateway::derive
