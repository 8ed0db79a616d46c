// What a reader says, as text: one line per call of the sink, for comparison.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sdmx/facts.hpp"

namespace adapters::sdmx::test {

/// "data_set ECB:EXR(1.0) Information", "series FREQ=M CURRENCY=CHF", "obs TIME_PERIOD=2010-08 | OBS_VALUE=1.3";
/// at the end "error CODE text" where the reader threw.
std::string told(DocumentKind kind, std::string_view bytes, Structures const* structures = nullptr);

/// The content hash, or the error.
std::string hash_of(DocumentKind kind, std::string_view bytes, Structures const* structures = nullptr);

/// "malformed f:3:7: text" of the error that reading ends in; "read" where there is none.
std::string error_of(DocumentKind kind, std::string_view bytes, Structures const* structures = nullptr);

} // namespace adapters::sdmx::test
