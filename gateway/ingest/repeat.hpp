// Repeats: documents of which the store already has everything.
//
// Most deliveries bring the bytes that came before. Read in the same way under the same mapping they say the same,
// so they are not harmonized again: the report repeats what the last load found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/ingest/load.hpp"

namespace gateway::ingest {

/// How a document is read beside its bytes and the mapping: decimal mark, and whether an absent row says anything.
std::string reading_of(Provenance const& provenance, bool partial);

/// Whether the request left rows out that hold nothing ("compress").
bool is_compressed(Provenance const& provenance);

/// Whether a document of `bytes` may be the one of the last load; cheap, for asking before its SHA-256 is known.
bool may_repeat(Workshop const& shop, TableRef const& ref, std::uint64_t bytes, LoadOptions const& options);

/// The report for a document that repeats the last load of its table; nothing where it has to be loaded:
/// other bytes, another mapping or another way of reading, something to store beside the figures, or a table
/// that was withdrawn meanwhile.
std::optional<LoadReport> repeated_load(Workshop const& shop, TableRef const& ref, std::string_view sha256,
                                        Provenance const& provenance, LoadOptions const& options);

} // namespace gateway::ingest
