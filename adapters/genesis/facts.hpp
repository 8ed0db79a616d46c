// Facts: what any document of GENESIS holds, counted straight from its bytes.
//
// A second witness beside the reader: rows, cells, exact sums, signs, regions, status. It shares the scanner
// with the reader and nothing behind it, so that both can be compared. Documents are ZIP archives (their only
// .csv), flat files, cubes, JSON answers, HTML pages, presentation tables.
//
// Shape    one JSON object with sorted keys; docs/adapters/genesis-format.md lists them. Sums are texts with
//          a decimal point, over numeric cells only.
// Errors   Error as the reader and the ZIP reader throw them; wrong_charset, malformed, not_a_table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::genesis {

struct FactsOptions {
    std::optional<int> http_status; ///< left out where not known
    std::string language;           ///< as asked for: "de", "en"; empty: what the document shows
    bool pretty = true;             ///< two blanks a level; otherwise one line
    /// Told every few MB how many bytes of how many are read, and how many rows that were; may be empty.
    std::function<void(std::uint64_t bytes, std::uint64_t of_bytes, std::uint64_t rows)> watch = {};
};

std::string facts_json(std::string_view document_bytes, FactsOptions const& options = {});

} // namespace adapters::genesis
