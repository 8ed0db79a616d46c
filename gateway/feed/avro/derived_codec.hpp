// How derived figures came about, in Avro: what version 2 of the schema adds to an observation.
//
// Source   schemas/avro/observation-series-v2.avsc
#pragma once

#include <optional>

#include "gateway/feed/avro/binary.hpp"
#include "gateway/feed/avro/datum.hpp"
#include "gateway/feed/derived.hpp"

namespace gateway::feed::avro {

/// \throws Error malformed for more digits than a Decimal has
Decimal decimal_from(Datum const& datum);
/// Null where `derived` is.
void append_derived(Buffer& out, Derived const* derived);
/// Of a value that was read as the current schema; nothing for a figure as published.
std::optional<Derived> derived_from(Datum const& datum);

} // namespace gateway::feed::avro
