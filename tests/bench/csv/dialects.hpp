// The dialects of delimited text that are measured: long and wide tables as offices write them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/core/layout.hpp"

namespace bench {

struct Dialect {
    std::string name;
    bool wide = false; ///< one row per area and sex, twenty years as columns; else one figure per row
    std::string delimiter = ";";
    std::string decimal = ",";
    std::string thousands;
    enum class Quotes { none, names, all } quotes = Quotes::none;
    bool doubled = false; ///< quotation marks inside the names, doubled
    enum class Charset { utf8, iso_8859_1, windows_1252 } charset = Charset::utf8;
    std::string line_end = "\n";
    bool two_headers = false; ///< years above, sexes below
    bool unit_column = false; ///< of a wide table; long ones have one anyhow
    bool open_marks = false;  ///< the layout does not say which marks there are: the text is read twice
    bool small = false;       ///< figures of one or two digits
};

std::vector<Dialect> const& dialects();
/// Ends the program where there is none of this name.
Dialect const& dialect(std::string const& name);

gateway::Layout layout_of(Dialect const& dialect);
void write(Dialect const& dialect, std::size_t mib, std::string const& path);

} // namespace bench
