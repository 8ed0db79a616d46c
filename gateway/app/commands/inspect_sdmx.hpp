// The SDMX part of kreislauf inspect.
#pragma once

#include <optional>
#include <string>

namespace gateway::app {

/// Facts on an SDMX file; nothing where `path` is none. `dsd` is a structure file, or empty.
/// \throws Error as the readers; also where `dsd` holds no data structure
std::optional<std::string> sdmx_facts(std::string const& path, std::string const& dsd, bool pretty);

} // namespace gateway::app
