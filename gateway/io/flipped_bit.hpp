// Finds the one bit that a disk or a memory cell turned over, from the CRC that no longer agrees.
//
// A CRC is linear: the difference between the stored and the computed sum depends on the flipped bits alone. Below
// the length at which the polynomial repeats (2^31 bits and more for those used here), the difference of every
// single bit is its own, so that the bit can be turned back. More than one flipped bit may look like another single
// one: whoever repairs must check with a second, independent sum.
//
// Source   Koopman, "32-Bit Cyclic Redundancy Codes for Internet Applications" (2002)
// Errors   none
#pragma once

#include <cstdint>
#include <optional>

namespace gateway::io {

/// Polynomials with the lowest bit first, as io::crc32 and store::crc32c use them.
inline constexpr std::uint32_t crc32_polynomial = 0xEDB88320U;
inline constexpr std::uint32_t crc32c_polynomial = 0x82F63B78U;

struct FlippedBit {
    std::uint64_t byte = 0; ///< from the start of what the sum goes over
    unsigned bit = 0;       ///< 0 is the lowest
    friend bool operator==(FlippedBit const&, FlippedBit const&) = default;
};

/// The bit of `bytes` bytes whose turning over changes their CRC by `difference` (stored XOR computed). Nothing
/// where no single bit does. One step per byte.
std::optional<FlippedBit> find_flipped_bit(std::uint32_t polynomial, std::uint32_t difference,
                                           std::uint64_t bytes) noexcept;

} // namespace gateway::io
