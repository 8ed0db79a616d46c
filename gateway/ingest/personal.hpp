// Records of persons: refused before anything of them is kept.
//
// Statistics say how many; a file with names, birth dates, case or insurance numbers says who. The head of a file is
// looked at: column names of delimited text, element names of XML, keys of JSON, the texts of a workbook, members of
// a ZIP; and the survey format DatML/RAW. What stands in the rows is neither shown nor logged.
//
// Source   domain handbook 5.6; docs/plausibility.md
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::ingest {

/// Why `bytes` look like records of persons: "line 1: a column 'Geburtsdatum' (date of birth)". Nothing where they
/// do not. A damaged ZIP says nothing.
std::optional<std::string> personal_records(std::string_view bytes);

/// \throws Error personal_data naming the file, why, and what to send instead
void refuse_personal_records(std::string const& file, std::string_view bytes);

} // namespace gateway::ingest
