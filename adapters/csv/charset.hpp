// Character sets of delimited text: told apart with evidence, turned into UTF-8.
//
// A byte order mark decides. Otherwise: all bytes are sound UTF-8, or none of the bytes above 0x7F are; then
// the bytes 0x80-0x9F tell windows-1252 (letters and dashes there) from ISO-8859-1 (control characters there).
// A text without such bytes reads the same in both. A mix, or an old PC code page, is refused.
//
// Source   WHATWG Encoding Standard, windows-1252; ISO/IEC 8859-1; RFC 3629
// Errors   Error wrong_charset naming line and byte
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::csv {

enum class Charset : std::uint8_t { utf8, windows_1252, iso_8859_1, utf16_le, utf16_be };

std::string_view to_string(Charset charset) noexcept; ///< "utf-8"

struct CharsetFinding {
    Charset charset = Charset::utf8;
    std::size_t mark_bytes = 0; ///< of the byte order mark
    std::string evidence;       ///< "byte 0x96 in line 3 is a dash in windows-1252 ..."
};

/// `declared` is a name of to_string, or "auto".
/// \throws Error wrong_charset, where nothing fits; invalid_argument for another name
CharsetFinding find_charset(std::string_view bytes, std::string_view declared);

/// Appends the text of `bytes` as UTF-8; UTF-16 must have whole units (surrogates may be cut: they come back
/// in `bytes` as what was not used). Returns how many bytes were used.
/// \throws Error wrong_charset for what the set does not have; `offset` is the place of bytes[0], for messages
std::size_t append_utf8(std::string& out, std::string_view bytes, Charset charset, std::uint64_t offset);

} // namespace adapters::csv
