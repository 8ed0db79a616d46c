// Recalls: a vintage that takes back what an earlier one changed.
//
// Every cell (series and period) has a line of events: a vintage sets a version or deletes it. In force is the
// newest event of a vintage with content that was not recalled; that holds before and after every recall, in
// whatever order vintages are recalled. What a recall brings back is a version of its own: it has the number of the
// recalling vintage, so that "in force from its vintage until it was superseded" stays true for every version, and
// origin_of() leads from it to the vintage, and so to the document, that brought the figure.
//
// Sealed   what a sealed recall took back is left out when a reader looks at an older vintage: without_sealed(). The log
//          names every series that the sealed vintage had touched, also those that stay as they are: Change::settles.
// Errors   as gateway/store/reading.hpp, and those of Store::recall
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/store/core.hpp"

namespace gateway::store {

/// A version of a cell, and the vintage that superseded or deleted it.
struct Version {
    static constexpr VintageNo in_force = std::numeric_limits<VintageNo>::max();
    PackedObservation observation;
    VintageNo until = in_force;
};

/// True where a vintage brought the version or took it away.
inline bool touches(Version const& version, VintageNo vintage) noexcept {
    return version.observation.vintage == vintage || version.until == vintage;
}

/// All versions of the series in a row of by_indicator, by slot; within it by period and vintage.
class RowVersions {
  public:
    explicit RowVersions(Core& core) : core_(core) {}
    void collect(std::int64_t key, std::uint64_t wanted = ~std::uint64_t{0});
    [[nodiscard]] std::span<Version const> slot(unsigned slot) const noexcept { return slots_[slot]; }

  private:
    Core& core_;
    SeriesDecoder decoder_;
    std::array<std::vector<Version>, chunk_slots> slots_;
};

/// The newest event of a cell.
struct Event {
    VintageNo vintage = 0;            ///< 0 = none
    Version const* version = nullptr; ///< nothing where the cell was deleted
};

/// The newest event up to `last` of a vintage that `counts`. `versions` of one period, by vintage.
template <typename Counts>
Event newest_event(std::span<Version const> versions, VintageNo last, Counts const& counts) {
    Event found;
    for (auto const& each : versions) {
        auto const from = each.observation.vintage;
        if (from >= found.vintage && from <= last && counts(from)) found = {from, &each};
        // Where a version takes its place, that has the same number and comes next.
        if (each.until > found.vintage && each.until <= last && counts(each.until))
            found = {each.until, nullptr};
    }
    return found;
}

/// Calls `each(std::span<Version const>)` for the versions of each period.
template <typename Each>
void each_period(std::span<Version const> versions, Each const& each) {
    for (std::size_t i = 0; i < versions.size();) {
        std::size_t end = i + 1;
        while (end < versions.size() && versions[end].observation.period == versions[i].observation.period)
            ++end;
        each(versions.subspan(i, end - i));
        i = end;
    }
}

/// Appends to `out` what was in force at `vintage` had the sealed vintages never been.
void without_sealed(std::span<VintageInfo const> vintages, std::span<Version const> versions,
                    VintageNo vintage, std::vector<PackedObservation>& out);

/// Store::recall, in a transaction of the caller.
LoadResult recall_vintage(Core& core, std::string_view dataset, VintageNo vintage,
                          RecallRequest const& request);

} // namespace gateway::store
