// SDMX-ML 2.1 and 3.0: data messages as a stream.
//
// Generic and structure-specific data, as time series, flat or by any other dimension at the observation, with
// groups, attributes on every level, several data sets, footers and error messages. What live services send is
// read although it is not schema valid: a header without dimensionAtObservation or in another order, a data set
// in the namespace of its structure or in that of the message, URN references with white space around them.
//
// Memory   constant but for the codes and components seen.
// Errors   Error malformed, truncated, too_large, wrong_charset "NAME:LINE:COLUMN: text"; not_a_table for other
//          documents. A message of the service (message:Error) is no Error: the sink is told.
// Source   SDMX 2.1 section 3A, SDMX 3.0 SDMX-ML; docs/adapters/sdmx.md for what services do otherwise
#pragma once

#include <string>

#include "adapters/sdmx/sink.hpp"
#include "adapters/sdmx/structure.hpp"
#include "gateway/io/xml_stream.hpp"

namespace adapters::sdmx {

/// `structures` tells dimensions from attributes in structure-specific data; it may be nullptr.
void read_ml(gateway::io::XmlSource source, std::string const& name, SdmxSink& sink,
             Structures const* structures);

} // namespace adapters::sdmx
