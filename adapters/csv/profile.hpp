// What a delimited text holds, counted column by column: for `inspect`, and for the first draft of a description.
//
// The header is the first row that is as wide as most rows; what stands above it is preamble.
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

struct ColumnProfile {
    std::string header;
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
    std::uint64_t rows = 0;        ///< below the header, of any width
    std::uint64_t other_width = 0; ///< of them, with another number of fields than the header
    std::uint64_t broken = 0;      ///< rows with a broken quotation mark
    std::vector<ColumnProfile> columns;
};

/// Looks at the whole text, or at the first `most_rows` rows.
Profile profile(std::string_view bytes, std::uint64_t most_rows = 0);

} // namespace adapters::csv
