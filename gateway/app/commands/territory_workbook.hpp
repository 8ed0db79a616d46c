// Workbooks of official files, as the tables that territory import reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/sheet.hpp"

namespace gateway::app {

/// Whether bytes are those of a workbook: a ZIP archive, or a format that looks like one to its user (.xls).
bool looks_like_workbook(std::string_view bytes) noexcept;

/// Tables of all sheets. \throws Error those of adapters/xlsx/workbook.hpp; not_a_table where no sheet is known
std::vector<harmonize::territory::WorkbookTable>
tables_of_workbook(std::string_view bytes, std::string const& name,
                   harmonize::territory::Register const& areas);

} // namespace gateway::app
