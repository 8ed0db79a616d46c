// Provenance as JSON, the way it stands inside an object of the archive.
//
// Shape    {"source":"…","origin":"…","endpoint":"…","request":[["name","…"],…],"headers":[…],
//          "http_status":200,"received":"2025-06-06T08:15:00Z"} in this order, no blanks.
// Errors   Error malformed naming the offset
#pragma once

#include <string>
#include <string_view>

#include "gateway/core/document.hpp"

namespace gateway::raw {

std::string provenance_json(Provenance const& provenance);
Provenance provenance_from_json(std::string_view json);

} // namespace gateway::raw
