// CRC-32 (ISO-HDLC, as in ZIP): finds every burst of up to 32 flipped bits.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::io {

/// Goes on from `sum`; begin with 0.
std::uint32_t crc32(std::uint32_t sum, std::string_view bytes) noexcept;

} // namespace gateway::io
