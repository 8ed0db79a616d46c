// Character sets of PX files, to UTF-8. Internal to the PX reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::px {

enum class Charset : std::uint8_t { ascii, utf8, latin1, latin9, windows1252 };

/// By the name in CODEPAGE, any case; nothing for an unknown one.
std::optional<Charset> charset_from(std::string_view name);

bool is_utf8(std::string_view bytes) noexcept;

/// Nothing where a byte has no meaning in `charset`.
std::optional<std::string> to_utf8(std::string_view bytes, Charset charset);

} // namespace adapters::px
