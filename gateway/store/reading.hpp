// Reading series: now, or as of a vintage.
//
// The present is in by_indicator and by_area. The past is the present without what came later, plus what
// history says was superseded or deleted later: an observation brought by vintage a and superseded by b was
// in force for a <= v < b.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "gateway/store/core.hpp"
#include "gateway/store/recall.hpp"

namespace gateway::store {

using SeriesSink = std::function<void(SeriesRef, std::span<PackedObservation const>)>;

void read_series(Core& core, Query const& query, SeriesSink const& each);

std::vector<PackedObservation> history_of(Core& core, SeriesRef series, TimePeriod const& period);

/// The rows of by_indicator as they were at a vintage.
class PastRow {
  public:
    explicit PastRow(Core& core) : core_(core) {}
    /// From now on as if what is sealed among these vintages of the dataset had never been.
    void leave_out_sealed(std::vector<VintageInfo> vintages);
    /// Rebuilds the slots in `wanted` of row `key`.
    void rebuild(std::int64_t key, VintageNo vintage, std::uint64_t wanted);
    [[nodiscard]] std::span<PackedObservation const> slot(unsigned slot) const noexcept {
        return slots_[slot];
    }

  private:
    Core& core_;
    SeriesDecoder decoder_;
    std::array<std::vector<PackedObservation>, chunk_slots> slots_;
    std::vector<VintageInfo> vintages_; ///< empty: nothing is left out
    std::optional<RowVersions> versions_;
};

} // namespace gateway::store
