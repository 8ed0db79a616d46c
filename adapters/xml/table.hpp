// XML feeds as tables: records to cells, as a Layout says.
//
// Layout   `record` is the path of a record; the headers of columns are paths within it ("@geo", "value/@unit",
//          "../@year", any XPath 1.0). A path that fits nothing is an empty field; one that fits two nodes sets
//          the record aside. `header_rows` is 1.
// Rows     are numbered by the line in which the record begins.
// Memory   one record (at most 16 MiB), whatever the size of the document.
// Errors   those of records.hpp, paths.hpp and adapters/table/reader.hpp.
// Source   docs/adapters/xml.md
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"
#include "gateway/io/xml_stream.hpp"

namespace adapters::xml {

/// `open` begins the document anew; it is called twice where the layout leaves number marks open.
void read_table(std::function<gateway::io::XmlSource()> const& open, std::string const& name,
                gateway::Layout const& layout, gateway::CellSink& sink);

/// The same from memory (a mapped file, say).
void read_table(std::string_view bytes, std::string const& name, gateway::Layout const& layout,
                gateway::CellSink& sink);

} // namespace adapters::xml
