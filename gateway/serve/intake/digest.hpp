// Sums of pieces, as tus sends them: "sha1 Base64", "sha256 Base64".
//
// Errors   nothing where a text is no base64 or names another sum
// Source   tus 1.0.0, checksum extension; RFC 4648 (4); SHA-1 and SHA-256 by libcrypto
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/io/digest.hpp"

namespace gateway::serve::intake {

/// What a piece is to sum up to.
struct Checksum {
    std::string algorithm; ///< "sha1" or "sha256"
    std::string sum;       ///< bytes
};

inline constexpr std::string_view checksum_algorithms = "sha1,sha256";

/// The value of Upload-Checksum.
std::optional<Checksum> checksum_from(std::string_view text);

using io::Digest;

} // namespace gateway::serve::intake
