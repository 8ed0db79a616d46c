// From SDMX to cells: the way of an SDMX message into the common harmonizer.
//
// Area     the dimension REF_AREA, GEO or AREA (any case); what its codes are is the mapping's business.
// Blocks   every other dimension but time, frequency (it follows from the period), measure and unit, under its id
//          and with the source's codes.
// Measure  the dimension MEASURE or INDICATOR, else the id of the measure; unit from UNIT_MEASURE or UNIT and
//          UNIT_MULT, dimension or attribute: "PS", with a multiplier "PS*3".
// Signs    OBS_STATUS, with CONF_STATUS behind it where that is not F: "P", "Q/C". A value of status A has none.
// Not used rows to be deleted, values that are no number: set aside with an issue. Other attributes are named in one.
//
// Errors   Error invalid_argument where the message does not tell dimensions from attributes (it says to give
//          the data structure) and where it holds several tables; source_refused for an error message; otherwise
//          as the readers
#pragma once

#include <string>
#include <string_view>

#include "adapters/sdmx/facts.hpp"
#include "gateway/core/cells.hpp"

namespace adapters::sdmx {

/// What a description says in place of what the message and its names tell.
struct CellOptions {
    std::string measure; ///< id of the dimension that names the measure
    std::string unit;    ///< id of the component that holds the unit
    std::string
        data_set; ///< "ID", "AGENCY:ID" or "AGENCY:ID(VERSION)" of the structure whose data sets are read
};

/// `structures` may be nullptr.
void read_cells(std::string_view bytes, std::string const& name, gateway::CellSink& sink,
                Structures const* structures, CellOptions const& options = {});

/// What the first data set of a message refers to: its dataflow or data structure. id empty where it has none.
Reference structure_of_data(std::string_view bytes, std::string const& name);

} // namespace adapters::sdmx
