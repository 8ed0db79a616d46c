// CRC-64-AVRO, the Rabin fingerprint of Avro schemas.
//
// Source   Apache Avro 1.11 specification, "Schema Fingerprints".
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::feed::avro {

inline constexpr std::uint64_t crc64_empty = 0xC15D213AA4D7A795ULL;

/// Fingerprint of `bytes`, or its continuation from an earlier one.
std::uint64_t crc64_avro(std::string_view bytes, std::uint64_t from = crc64_empty) noexcept;

} // namespace gateway::feed::avro
