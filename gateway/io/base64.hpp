// Base64 with padding, for signatures and keys.
//
// Source   RFC 4648, section 4
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::io {

std::string to_base64(std::string_view bytes);

/// Nothing for what is not base64 with its padding, or has bits set that no byte needs: each text has one reading, and
/// each byte string one text.
std::optional<std::string> from_base64(std::string_view text);

} // namespace gateway::io
