// Small text work of the readers: UTF-8, quoting, showing bytes in messages.
#pragma once

#include <string>
#include <string_view>

namespace adapters::genesis {

/// Well-formed UTF-8 (no surrogates, nothing overlong) without NUL.
bool is_clean_utf8(std::string_view text) noexcept;

/// Text for a message: at most `limit` bytes, control and invalid bytes as \xNN, cut text ends in "...".
std::string shown(std::string_view text, std::size_t limit = 80);

/// Content of a field: a field that opens with '"' loses its quotes, "" inside becomes ". `scratch` holds the
/// result where it differs from the bytes.
std::string_view unquoted(std::string_view field, std::string& scratch);

/// Without leading and trailing blanks: region labels are indented by two blanks a level.
std::string_view trimmed(std::string_view text) noexcept;

} // namespace adapters::genesis
