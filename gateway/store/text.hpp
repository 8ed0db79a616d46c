// Text: lists and pairs as one text, the form in which the catalog and the labels keep them.
//
// Shape    one item per line, its parts joined by '='. '%', '=', line ends and NUL inside a part stand as %XX,
//          so that any text comes back as it was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::store {

std::string lines_of(std::vector<std::string> const& items);
std::vector<std::string> lines_from(std::string_view text);

void append_escaped(std::string& out, std::string_view part);
std::string unescaped(std::string_view part);

/// name=value lines; fields_from reads what fields_text wrote.
std::string fields_text(Fields const& fields);
Fields fields_from(std::string_view text);

} // namespace gateway::store
