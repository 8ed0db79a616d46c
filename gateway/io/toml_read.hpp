// A TOML text, read without what the library cannot stand (toml_trouble.hpp).
//
// Errors   Error malformed "NAME:LINE: what was found; what to do"
#pragma once

#include <string>
#include <string_view>

#include "gateway/io/toml_library.hpp"

namespace gateway::io {

/// `name` of the file, for messages.
toml::table read_toml(std::string_view text, std::string const& name);

} // namespace gateway::io
