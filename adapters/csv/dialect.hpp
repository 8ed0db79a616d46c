// The dialect of a delimited text: delimiter, quotation mark, line end; guessed from its first rows with
// evidence, or as declared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/layout.hpp"

namespace adapters::csv {

struct Dialect {
    char delimiter = ',';
    char quote = '"';     ///< '\x01' = none
    char line_end = '\n'; ///< '\r' for old Macintosh files
    std::string evidence;
    std::uint32_t fields = 1; ///< of most rows of the sample
};

/// `sample` is the beginning of the text in UTF-8 and may end within a row.
Dialect find_dialect(std::string_view sample, gateway::CsvDialect const& declared);

/// "';'", "tab": for messages.
std::string name_of_delimiter(char delimiter);

} // namespace adapters::csv
