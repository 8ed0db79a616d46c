// Canonical texts: two spellings of one question have the same text, two questions never have.
#pragma once

#include <string>
#include <string_view>

#include "gateway/query/selection.hpp"
#include "gateway/sdmx/data/message.hpp"
#include "gateway/serve/sdmx/reply.hpp"

namespace gateway::serve::sdmx {

std::string canonical_text(query::Selection const& selection);
/// What the options change beside media type, languages and header.
std::string canonical_text(gateway::sdmx::data::MessageOptions const& options);

/// The address that a posted question would have: the key, and any parameter, from the form in the body.
/// POST /data/{flow}[/{key}[/{provider}]] (v1), /data/{context}/{agency}/{id}/{version}[/{key}] (v2); what stands in
/// the place of the key, usually "body", gives way to `key` of the form.
/// \throws SdmxError syntax for other resources, another media type, a form that cannot be read
std::string posted_target(Ask const& ask);

} // namespace gateway::serve::sdmx
