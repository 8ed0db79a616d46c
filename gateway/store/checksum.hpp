// CRC-32C (Castagnoli): the checksum of packed rows. Finds every flipped bit and every burst of up to 32 bits.
//
// Source   RFC 3720, appendix B.4. x86-64 has an instruction for it: 2 kB take 0.3 us, a fourth of zlib's
//          CRC-32, and a row is checked at every read.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::store {

/// Continues `crc` (0 at the start) over `bytes`.
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) noexcept;

/// The same without the processor's instruction; for machines without it, and for tests.
std::uint32_t crc32c_portable(std::uint32_t crc, std::string_view bytes) noexcept;

} // namespace gateway::store
