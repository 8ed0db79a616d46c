// Varints as they are written: LEB128, seven bits a byte, lowest first, at most 10 bytes; signed numbers as zigzag.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gateway::io {

inline constexpr std::size_t max_varint_bytes = 10;

/// Small numbers of either sign become small numbers.
constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

/// Writes to `out`, which has room for max_varint_bytes, and returns the end.
inline char* write_varint(char* out, std::uint64_t value) noexcept {
    while (value >= 0x80U) {
        *out++ = static_cast<char>(value | 0x80U);
        value >>= 7U;
    }
    *out++ = static_cast<char>(value);
    return out;
}

} // namespace gateway::io
