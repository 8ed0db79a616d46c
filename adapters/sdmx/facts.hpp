// What an SDMX document holds, counted; for kreislauf inspect.
//
// Shape    JSON: format, version, counts of data sets, series, groups, observations (those without a value as well)
//          and attributes, artefacts of a structure, notes, issues, and content_sha256 (content.hpp). It is null
//          with a reason where groups cannot be handed down without the data structure.
// Errors   as the readers; not_a_table where the document is no SDMX
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {

enum class DocumentKind : std::uint8_t { none, ml, ml_structure, json, json_structure, csv };
/// By the first bytes (SDMX-JSON: by all of them).
DocumentKind document_kind(std::string_view bytes);

/// Reads data of any format. XML comes from `source`, everything else from `bytes`.
void read_data(DocumentKind kind, std::string_view bytes, gateway::io::XmlSource const& source,
               std::string const& name, SdmxSink& sink, Structures const* structures);

/// Facts on data that `read` tells.
std::string facts_of(std::function<void(SdmxSink&)> const& read, bool pretty);

/// Facts on a file. `structures` may be nullptr.
std::string facts_json(std::string const& path, Structures const* structures, bool pretty);

} // namespace adapters::sdmx
