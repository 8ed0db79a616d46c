// Restoring: our own exports become what they were.
//
// SDMX-CSV 2.0 of the agency KREISLAUF and our Avro container carry codes of the common schema. They need no
// mapping and no signs: area, indicator, period, value and quality are taken as they stand, and a store that
// takes an export of everything has the same content hash. What an export does not carry (labels in CSV,
// revised values) is not restored; a part of a dataset deletes nothing.
//
// Errors   Error malformed naming line and column for a row that is no row of an export; invalid_argument where
//          no service of mappings/services.toml has such a dataset
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/load.hpp"

namespace gateway::ingest {

/// True for an export of this program.
bool is_own_export(std::string_view bytes);

/// Loads an export. One load for each dataset in it; the report adds them up.
/// `archiving` and `provenance` as load_document().
LoadReport restore_export(Workshop& shop, std::string_view bytes, Archiving const& archiving,
                          Provenance const& provenance, LoadOptions const& options);

} // namespace gateway::ingest
