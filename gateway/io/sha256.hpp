// SHA-256: names documents, mappings and contents.
//
// Source   FIPS 180-4; computed by libcrypto.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace gateway::io {

class Sha256 {
  public:
    Sha256();
    void update(std::string_view bytes);
    /// 64 lower-case hex digits. Ends the sum: the object starts anew afterwards.
    std::string hex();
    /// The same as 32 bytes.
    std::string bytes();

  private:
    alignas(8) std::array<std::byte, 112> state_; // SHA256_CTX, kept out of this header
};

std::string sha256_hex(std::string_view bytes);

/// The 32 bytes of HMAC-SHA-256 (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view text);

/// True for 64 lower-case hex digits.
bool is_sha256(std::string_view text) noexcept;

} // namespace gateway::io
