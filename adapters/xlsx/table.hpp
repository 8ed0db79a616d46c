// Workbooks as tables: sheets to cells, as a Layout says.
//
// Sheets     those that Layout::sheets names, else the first that is not hidden. What is hidden (sheets, rows,
//            columns) is read where the layout says so, else left out and reported.
// Merged     the text of a merged range stands in each of its cells; a number never does.
// Months     a date shown as a month only comes as "2007-06P1M", the form of mappings/time.toml.
// Signs      "(12.3)" by number format stays "(12.3)"; "/" by number format in place of a number is the sign "/".
//            Errors come under their German names, as German Excel shows them ("#NV"); a formula saved without
//            a result as "#KALK!".
// Errors     those of workbook.hpp and of adapters/table/reader.hpp; not_found where no sheet fits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/workbook.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/core/layout.hpp"

namespace adapters::xlsx {

/// The sheets of `book` that `layout` asks for, in their order.
std::vector<SheetInfo const*> sheets_of(Workbook const& book, gateway::Layout const& layout);

/// `name` stands in errors.
void read_table(std::string_view bytes, std::string const& name, gateway::Layout const& layout,
                gateway::CellSink& sink);

} // namespace adapters::xlsx
