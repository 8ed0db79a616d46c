// XLSX for people: sheet "Daten" (one row per observation, the columns of the CSV), "Legende" with every sign
// and status, "Quellen" with sources and licences.
//
// Shape    numbers are written with exactly the published digits and a format with as many decimals; keys are
//          text; the header is frozen and filterable. A sheet ends at Excel's 1,048,576 rows and the next
//          begins. Memory does not grow with the data.
// Bytes    the same input gives the same file: ZIP entries carry 1980-01-01, the document's date is that of
// the
//          newest vintage.
// Why not  libxlsxwriter prints numbers with %.16G, so that 74.6 becomes 74.59999999999999: the digits would
// no
//          longer be the published ones.
#pragma once

#include <cstddef>
#include <memory>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

std::unique_ptr<Writer> make_xlsx(ByteSink sink, FeedContext const& context);
/// With fewer rows per sheet, header included.
std::unique_ptr<Writer> make_xlsx_with(ByteSink sink, FeedContext const& context, std::size_t sheet_rows);

} // namespace gateway::feed
