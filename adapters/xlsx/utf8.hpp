// UTF-8 as XML 1.0 allows it: checked in bulk, appended by number. Internal to the XLSX reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::xlsx {

/// Checks `bytes` from `checked` on and moves `checked` past every whole character. Returns where the first byte
/// stands that is no UTF-8 or a character XML forbids; npos where all is well (a cut character at the end is).
std::size_t check_utf8(std::string_view bytes, std::size_t& checked) noexcept;

/// Appends the character with this number. False where XML 1.0 forbids it.
bool append_character(std::uint32_t number, std::string& out);

/// Appends what "&#...;" stands for: `digits` are "65" or "x41". False for nonsense.
bool append_reference(std::string_view digits, std::string& out);

/// "0x1B"; for several bytes with blanks between.
std::string hex_byte(char byte);
std::string hex_bytes(std::string_view bytes);

} // namespace adapters::xlsx
