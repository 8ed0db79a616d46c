// Signatures of webhooks: who receives one can prove that it came from here, now, and whole.
//
// Shape    headers webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature: one or more "v1,BASE64"
//          separated by blanks, each HMAC-SHA-256 over "ID.TIMESTAMP.BODY" with one of the secrets in force, so that a
//          secret can be changed without a gap. A secret is "whsec_" and base64 of 24 to 64 bytes.
// Errors   Error invalid_argument for secrets and ids that are none; they are not repeated in the text
// Source   Standard Webhooks 1.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"

namespace gateway::subscribe {

inline constexpr std::int64_t signature_tolerance_seconds = 300;

/// A new secret, from the random numbers of the machine.
std::string new_secret();

/// Value of webhook-signature. An id has no dot and no blank. \throws Error invalid_argument
std::string sign(std::string_view id, UnixTime timestamp, std::string_view body,
                 std::span<std::string const> secrets);

enum class SignatureVerdict : std::uint8_t {
    genuine,
    missing,  ///< a header is absent or not readable
    too_old,  ///< sent more than five minutes ago: replayed, or this machine's clock is fast
    too_new,  ///< from the future
    not_ours, ///< no signature fits: other body, id, time or secret
};

/// What a receiver finds. Compares in constant time.
SignatureVerdict verify_signature(Fields const& headers, std::string_view body,
                                  std::span<std::string const> secrets, UnixTime now);

} // namespace gateway::subscribe
