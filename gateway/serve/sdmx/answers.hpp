// The resources of the SDMX interface: data, availability, structures, schemas.
//
// Everything is read from the call's lease: what the caller may not see is not there, in any of them.
// Errors   SdmxError for what the client can mend; whatever reading throws
#pragma once

#include "gateway/sdmx/data/request.hpp"
#include "gateway/serve/sdmx/knowledge.hpp"
#include "gateway/serve/sdmx/reply.hpp"

namespace gateway::serve::sdmx {

/// /data, and /availableconstraint or /availability.
http::Response answer_data(Library& library, Ask const& ask);
http::Response answer_availability(Knowledge& knowledge, Ask const& ask, store::Store const& store,
                                   std::vector<std::shared_ptr<Knowledge::Dataset const>> const& datasets,
                                   data::DataRequest const& request);
/// /codelist and its like (v1), /structure (v2).
http::Response answer_structures(Library& library, Ask const& ask);
http::Response answer_schema(Library& library, Ask const& ask);

/// Nothing there: an error on v1, as clients of SDMX 2.1 cannot read an empty answer, 204 on v2.
http::Response answer_nothing(Ask const& ask, std::string_view text);

} // namespace gateway::serve::sdmx
