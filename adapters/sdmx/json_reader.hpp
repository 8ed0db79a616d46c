// SDMX-JSON data messages: the working draft of 1.0 (header/structure/dataSets), 1.0 and 2.0.
//
// Observations name codes by their index in the structure, which may stand behind them: the document is gone
// through twice, once for structure and attributes of data sets and once, streaming, for series and
// observations. Numbers keep the digits they are written with.
//
// Memory   the structure of the message and one series.
// Errors   Error malformed "NAME:LINE:COLUMN: text" for what is no JSON, for an index without a value, a key with
//          too few or too many positions; too_large past the limits; not_a_table where it is no data message.
//          A value that is no number is told as text.
// Source   SDMX-JSON data message 1.0.0 and 2.0.0 (field guides); docs/adapters/sdmx.md
#pragma once

#include <string>
#include <string_view>

#include "adapters/sdmx/sink.hpp"
#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {

enum class JsonKind : std::uint8_t { none, data, structure };
/// What a JSON document is, by the names in it; `none` for other JSON.
JsonKind json_kind(std::string_view bytes);

void read_json(std::string_view bytes, std::string const& name, SdmxSink& sink, Structures const* structures);

} // namespace adapters::sdmx
