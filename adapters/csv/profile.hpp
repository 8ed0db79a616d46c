// What a delimited text holds, counted column by column: for `inspect`, and for the first draft of a description.
//
// The header is the first row that is as wide as most rows, and those below it that go on with it: names for columns
// that had none or the same, units under the columns of figures. What stands above it is preamble; rows of a single
// field are notes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/reader.hpp"

namespace adapters::csv {

/// Texts kept per column; more are only counted as "many".
inline constexpr std::size_t max_profile_texts = 200;
inline constexpr std::size_t max_profile_notes = 20;

struct ColumnProfile {
    std::string header; ///< its path: texts of the rows of the header from the top, joined by " / "
    std::vector<std::string> above; ///< those texts, an empty one continued from the left
    std::uint64_t filled = 0;
    std::uint64_t empty = 0;
    std::uint64_t integers = 0;
    std::uint64_t decimals_comma = 0; ///< "12,5", one reading only
    std::uint64_t decimals_point = 0;
    std::uint64_t either = 0; ///< "1.234" or "1,234"
    std::uint64_t signs = 0;  ///< no letters, no digits: "-", "..."
    std::uint64_t years = 0;  ///< four digits, 1900 to 2100
    std::uint64_t dates = 0;  ///< "31.12.2024", "2024-12-31"
    std::uint64_t keys = 0; ///< 2 to 12 digits with a Land in front, letters of a portal before them allowed
    std::set<std::string> texts; ///< distinct ones, the first max_profile_texts + 1
    [[nodiscard]] bool many() const noexcept { return texts.size() > max_profile_texts; }
};

struct Profile {
    Opening opening;
    std::uint64_t preamble_rows = 0;
    std::uint64_t header_line = 0;
    std::uint32_t header_rows = 0;
    std::vector<std::string> notes; ///< rows of a single field below the header, the first max_profile_notes
    std::uint64_t rows = 0;         ///< below the header, of any width
    std::uint64_t other_width = 0;  ///< of them, with another number of fields than the header
    std::uint64_t broken = 0;       ///< rows with a broken quotation mark
    std::vector<ColumnProfile> columns;
};

/// Looks at the whole text, or at the first `most_rows` rows. The header has at most `most_header_rows`.
Profile profile(std::string_view bytes, std::uint64_t most_rows = 0, std::uint32_t most_header_rows = 4);

} // namespace adapters::csv
