// Texts of tables made for the eye: blanks, footnote marks, patterns, near misses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::table {

/// Without blanks at both ends; blanks, tabs, line ends, no-break and narrow blanks (U+00A0, U+2007, U+2009,
/// U+202F) and soft hyphens (U+00AD, left out) inside become one blank.
std::string tidy(std::string_view text);
/// True where tidy() would change nothing; cheap.
bool is_tidy(std::string_view text) noexcept;

/// `pattern` may begin and end with '*'; "*" alone fits everything. The text must be tidy.
bool fits(std::string_view pattern, std::string_view text) noexcept;
bool fits_any(std::vector<std::string> const& patterns, std::string_view text) noexcept;

/// Where the footnote marks behind a text begin: "Fachhochschulreife1)", "Reife¹⁾", "Insgesamt *)". Nothing
/// where there are none or nothing would be left.
std::optional<std::size_t> footnote_at(std::string_view text) noexcept;

/// Number of single-byte changes between two texts, at most `most` + 1.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most);

bool is_utf8(std::string_view text) noexcept;
/// "MÃ¼nchen": UTF-8 that was taken for windows-1252 and turned again.
bool is_encoded_twice(std::string_view text) noexcept;

/// For messages: 'text', cut after 80 bytes at a character, control characters as \xNN.
std::string shown(std::string_view text);

} // namespace adapters::table
