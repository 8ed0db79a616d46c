// What readers, mapping and rules say in English, in the words of the report.
//
// Phrases are parts of messages: what stands between them are values. A message that holds a word that is not translated
// is quoted as a whole behind the German name of its cause, so that no sentence is half of one language.
//
// Source   the messages of adapters/{csv,xlsx,xml,sdmx,jsonstat,genesis,table,cube} and gateway/harmonize
#pragma once

#include <string>
#include <string_view>

#include "gateway/core/error.hpp"

namespace gateway::intake {

/// As far as the phrases go; what is quoted stays.
std::string translated(std::string text);
/// False where an English word is left outside of quotation marks.
bool is_german(std::string_view text);

} // namespace gateway::intake
