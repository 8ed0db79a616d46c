// Reading delimited text: any delimiter, quotation, character set, as a Layout says.
//
// Order    character set and dialect are decided first, with evidence; where the layout leaves decimal or
//          thousands marks open, a figure that its column has not yet proven has the whole text looked at first, once
//          (TableReader::survey_on_demand).
// Errors   Error wrong_charset, structure_changed, ambiguous_number, empty_document for the document as a whole;
//          everything about one row is an Issue with its line and field.
// Memory   one window of text and the dictionaries of the codes; the document itself is only looked at.
// Source   docs/adapters/csv.md
#pragma once

#include <string_view>

#include "adapters/csv/charset.hpp"
#include "adapters/csv/dialect.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"

namespace adapters::csv {

/// What was decided about a text before its rows were read.
struct Opening {
    CharsetFinding charset;
    Dialect dialect;
};
Opening open(std::string_view bytes, gateway::CsvDialect const& declared);

void read(std::string_view bytes, gateway::Layout const& layout, gateway::CellSink& sink);

} // namespace adapters::csv
