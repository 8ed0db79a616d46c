// Merging: what a delivery changes in a stored series. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::store {

struct Counts {
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
    [[nodiscard]] bool changed() const noexcept { return added + revised + deleted != 0; }
};

class Merger {
  public:
    /// Puts `delivered` over `stored` (both ascending by period) and adds to `counts`. Equal content keeps its
    /// vintage, other content gets `vintage`; what is stored but not delivered stays.
    /// \return whether anything changed
    bool merge(std::span<PackedObservation const> stored, std::span<PackedObservation const> delivered,
               VintageNo vintage, Counts& counts);

    // Results of the last merge().
    [[nodiscard]] std::span<PackedObservation const> current() const noexcept { return current_; }
    [[nodiscard]] std::span<PackedObservation const> superseded() const noexcept { return superseded_; }
    /// Positions in current() that were stored and not delivered.
    [[nodiscard]] std::span<std::uint32_t const> undelivered() const noexcept { return undelivered_; }
    /// The same observations by their positions in `stored`.
    [[nodiscard]] std::span<std::uint32_t const> undelivered_stored() const noexcept {
        return undelivered_stored_;
    }

  private:
    std::vector<PackedObservation> current_;
    std::vector<PackedObservation> superseded_;
    std::vector<std::uint32_t> undelivered_, undelivered_stored_;
};

} // namespace gateway::store
