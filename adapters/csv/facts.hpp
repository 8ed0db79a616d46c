// Facts: what any delimited text holds, as JSON.
//
// Shape    {"kind":"csv","charset","charset_evidence","delimiter","quote","line_end","columns":[...],"rows",...}
// Errors   Error wrong_charset
#pragma once

#include <string>
#include <string_view>

namespace adapters::csv {

std::string facts_json(std::string_view bytes, bool pretty);

} // namespace adapters::csv
