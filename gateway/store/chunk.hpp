// Chunks: the packed series of 64 neighbours in one row.
//
// Shape    4 bytes  CRC-32C of the row's key (8 bytes) and of all bytes behind
//          byte     version (1)
//          8 bytes  mask of the slots that hold a series
//          varints  length of each series
//          bytes    the series, then decode_slack zero bytes
//          Little-endian. The key is part of the checksum, so a row under a foreign key is found.
// Errors   Error corrupt_store.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gateway::store {

inline constexpr unsigned chunk_bits = 6;
inline constexpr unsigned chunk_slots = 1U << chunk_bits;
constexpr unsigned slot_of(std::uint32_t number) noexcept {
    return number & (chunk_slots - 1);
}
constexpr std::uint32_t chunk_of(std::uint32_t number) noexcept {
    return number >> chunk_bits;
}

/// Key of the row in which `major` is fixed and `minor` lies: by_indicator(indicator, area), by_area(area,
/// indicator).
constexpr std::int64_t row_key(std::uint32_t major, std::uint32_t minor) noexcept {
    return (std::int64_t{major} << (32 - chunk_bits)) | chunk_of(minor);
}
constexpr std::uint32_t major_of(std::int64_t key) noexcept {
    return static_cast<std::uint32_t>(key >> (32 - chunk_bits));
}
/// Number in slot 0 of the row.
constexpr std::uint32_t first_minor_of(std::int64_t key) noexcept {
    return static_cast<std::uint32_t>(key & ((1 << (32 - chunk_bits)) - 1)) << chunk_bits;
}

/// A row, checked. Views the bytes it was made of.
class ChunkView {
  public:
    ChunkView(std::int64_t key, std::string_view bytes);
    [[nodiscard]] std::uint64_t mask() const noexcept { return mask_; }
    [[nodiscard]] bool holds(unsigned slot) const noexcept { return ((mask_ >> slot) & 1U) != 0; }
    /// Bytes of a slot; at least decode_slack readable bytes lie behind them.
    [[nodiscard]] std::string_view slot(unsigned slot) const noexcept {
        return bytes_.substr(starts_[slot], starts_[slot + 1] - starts_[slot]);
    }

  private:
    std::string_view bytes_;
    std::uint64_t mask_ = 0;
    std::array<std::size_t, chunk_slots + 1> starts_{};
};

/// Views of the bytes of each slot of a row that is to be written. The rows of a small table hold few series, so
/// nothing is done for slots that are empty.
class Slots {
  public:
    Slots() = default;
    explicit Slots(ChunkView const& row) { set(row); }
    /// Empty bytes empty the slot.
    void set(unsigned slot, std::string_view bytes) noexcept {
        views_[slot] = bytes;
        auto const bit = std::uint64_t{1} << slot;
        mask_ = bytes.empty() ? mask_ & ~bit : mask_ | bit;
    }
    void set(ChunkView const& row) noexcept {
        for (auto left = row.mask(); left != 0; left &= left - 1) {
            auto const slot = static_cast<unsigned>(std::countr_zero(left));
            set(slot, row.slot(slot));
        }
    }
    void clear() noexcept { mask_ = 0; }
    [[nodiscard]] bool empty() const noexcept { return mask_ == 0; }
    [[nodiscard]] std::uint64_t mask() const noexcept { return mask_; }
    /// Of a slot that is not empty.
    [[nodiscard]] std::string_view operator[](unsigned slot) const noexcept { return views_[slot]; }

  private:
    std::array<std::string_view, chunk_slots> views_;
    std::uint64_t mask_ = 0;
};

/// Writes a row to `out`, replacing what it holds.
void write_chunk(std::int64_t key, Slots const& slots, std::string& out);

} // namespace gateway::store
