#include "gateway/io/flipped_bit.hpp"

#include <array>

namespace gateway::io {

std::optional<FlippedBit> find_flipped_bit(std::uint32_t polynomial, std::uint32_t difference,
                                           std::uint64_t bytes) noexcept {
    if (difference == 0) return std::nullopt;
    std::array<std::uint32_t, 256> table{};
    std::array<std::uint8_t, 256> row_of{}; // by the highest byte, which differs in every row
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0U);
        table[i] = value;
        row_of[value >> 24U] = static_cast<std::uint8_t>(i);
    }
    // What a bit of the last byte changes stands in the table. Before each earlier byte the sum took one step more,
    // and steps can be taken back.
    for (std::uint64_t from_end = 0; from_end < bytes; ++from_end) {
        for (unsigned bit = 0; bit < 8; ++bit)
            if (table[std::size_t{1} << bit] == difference) return FlippedBit{bytes - 1 - from_end, bit};
        auto const row = row_of[difference >> 24U];
        difference = ((difference ^ table[row]) << 8U) | row;
    }
    return std::nullopt;
}

} // namespace gateway::io
