// The part of kreislauf inspect for workbooks, JSON-stat, PX and XML feeds.
#pragma once

#include <string>
#include <string_view>

namespace gateway::app {

/// Prints facts on `bytes` as JSON, on one line where `compact`; false where they are none of these formats.
/// \throws Error as the readers, naming `path`
bool print_format_facts(std::string_view bytes, std::string const& path, bool compact);

} // namespace gateway::app
