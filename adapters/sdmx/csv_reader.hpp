// SDMX-CSV 1.0 and 2.0.
//
// Read: any delimiter (',', ';', tab), decimal comma where the file uses it, labels=id, name and both, key
// columns (they repeat the dimensions), sub-fields and languages of 2.0 (STRUCTURE[;], ATTR[], ATTR[en;fr]),
// actions, several structures in one file, custom columns. Rows that follow each other with the same structure
// and action are one data set. A row that leaves dimensions empty is a group where the data structure is known.
//
// Errors   Error malformed "NAME:LINE:FIELD: text" for a header or row nobody can place: no DATAFLOW or
//          STRUCTURE column, an unknown action, a quotation mark that is not closed. A row with too few or too
//          many fields is an issue and set aside.
// Source   SDMX-CSV field guide 1.0 (2018) and 2.0 (2021)
#pragma once

#include <string>
#include <string_view>

#include "adapters/sdmx/sink.hpp"
#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {

/// True where the first line looks like SDMX-CSV: DATAFLOW or STRUCTURE first, or an OBS_VALUE column.
bool looks_like_csv(std::string_view bytes);

/// What the header of a file says.
struct CsvLayout {
    std::string version; ///< "1.0", "2.0"
    char delimiter = ',';
    char decimal_mark = '.';
    std::vector<std::string> columns; ///< as written
};

/// Returns the layout. `structures` may be nullptr.
CsvLayout read_csv(std::string_view bytes, std::string const& name, SdmxSink& sink,
                   Structures const* structures);

} // namespace adapters::sdmx
