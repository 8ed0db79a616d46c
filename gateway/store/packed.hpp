// Packed series: all observations of one area in one indicator, in a few bytes each.
//
// Shape    byte     version (1)
//          varint   n, at least 1
//          varint   length of the period coding, then that (store/periods.hpp)
//          byte     common scale (bits 0-4), digit exceptions (5), state exceptions (6), several vintages (7)
//          n        zigzag varints: difference of the mantissa from the one before (modulo 2^64)
//          varint   common state
//          digits   varint count, then (varint gap, byte scale); scale 31 = no digits, difference 0
//          states   varint count, then (varint gap, varint state)
//          vintages one varint, or varint runs, then (varint length, varint vintage)
//          The digits published are kept exactly: 12.50 next to 12.5 is a digit exception.
// Threads  an encoder or decoder has one user at a time; both remember the last periods, because neighbouring
//          series mostly share them.
// Errors   Error corrupt_store for bytes that are no packed series. Arbitrary bytes are safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::store {

class SeriesEncoder {
  public:
    /// Appends `observations` (ascending by period, at least one) to `out`.
    void append(std::span<PackedObservation const> observations, std::string& out);

  private:
    std::vector<TimePeriod> last_periods_;
    std::string last_coding_;
};

class SeriesDecoder {
  public:
    /// The observations, valid until the next call. `readable_behind` says how many bytes behind `bytes` may
    /// be read (not used): with decode_slack or more, nothing is copied.
    std::span<PackedObservation const> decode(std::span<std::byte const> bytes,
                                              std::size_t readable_behind = 0);
    /// Of what was decoded last: as Pull::periods.
    [[nodiscard]] std::uint64_t periods_no() const noexcept { return periods_no_; }

  private:
    std::vector<PackedObservation> observations_;
    std::uint64_t periods_no_ = 0;
    std::string last_coding_;
    std::size_t last_count_ = 0;
    // What all of observations_ have, where they have the same: mostly the next ones do as well.
    std::optional<StateNo> common_state_;
    std::optional<VintageNo> common_vintage_;
    std::string padded_;
};

inline constexpr std::size_t decode_slack = 8;

/// Another number whenever it is called, never 0.
std::uint64_t new_periods_no() noexcept;

/// The same digits, or the same absence of them, with the same state; the vintage does not count.
inline bool same_content(PackedObservation const& a, PackedObservation const& b) noexcept {
    return a.state == b.state && a.number.same_digits(b.number);
}

} // namespace gateway::store
