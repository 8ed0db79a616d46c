// Pulling series: some rows at a time, without holding anything of the store in between.
//
// A pull names a vintage and therefore sees the same content however long it takes: rows that a later load has
// changed are put together again from history. The order is that of the numbers.
//
// Errors   as gateway/store/reading.hpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/store/core.hpp"
#include "gateway/store/reading.hpp"

namespace gateway::store {

/// Calls `each` for the wanted series of up to `rows` more rows; false where nothing is left.
bool pull_series(Core& core, Pull& pull, std::size_t rows, SeriesSink const& each);

/// The periods of a packed series, without its numbers. Neighbours mostly share them, so that they are decoded
/// once.
class PeriodsDecoder {
  public:
    /// Observations with nothing but their periods; valid until the next call.
    std::span<PackedObservation const> decode(std::string_view bytes);
    /// Of what was decoded last: as Pull::periods.
    [[nodiscard]] std::uint64_t periods_no() const noexcept { return periods_no_; }

  private:
    std::uint64_t periods_no_ = 0;
    std::string last_coding_;
    std::size_t last_count_ = 0;
    std::vector<PackedObservation> periods_;
};

} // namespace gateway::store
