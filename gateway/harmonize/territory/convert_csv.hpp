// Feeding a conversion from delimited text.
//
// The header names the columns of key, time, strata and values. Beside a value column NAME, a column NAME_status
// that says "estimated" carries over. The decimal mark is '.' where the comma is the delimiter; elsewhere the first
// number with a mark decides; "1.234" in such a file can be a thousand, so that a file in which all points stand before
// three digits is refused unless the mark is given. A value column that is a percentage or a mean by its name or its numbers is refused
// unless it is declared a count.
//
// Errors   Error malformed naming file, line, column and text; not_found for a column that is not there;
//          invalid_argument for what must not be summed
#pragma once

#include <string>
#include <string_view>

#include "gateway/harmonize/territory/convert.hpp"
#include "gateway/io/csv.hpp"

namespace gateway::harmonize::territory {

struct CsvInput {
    std::string name; ///< of the file, for messages
    std::string key_column;
    std::string time_column;
    std::optional<char> delimiter;
    std::optional<char> decimal_mark = std::nullopt; ///< where it is known
};

struct CsvFindings {
    char delimiter = ',';
    std::uint64_t unreadable = 0; ///< values that are neither number nor sign
    std::string first_unreadable; ///< "line 7, pop: 'about 300'"
};

CsvFindings convert_csv(std::string_view bytes, CsvInput const& input, Conversion& conversion);

/// Whether a name says that its numbers must not be added: "turnout_pct", "Quote", "mean_age".
bool names_a_ratio(std::string_view column);

} // namespace gateway::harmonize::territory
