// The SQL schema of the embedded store (schemas/store/schema.sql) and its version.
#pragma once

#include <string>

#include "gateway/store/sql.hpp"

namespace gateway::store {

inline constexpr int schema_version = 1;
inline constexpr int application_id = 0x4B524549; // "KREI"

/// To be run on an empty file, before the schema. The page size decides how many packed rows share a page;
/// measured in docs/adr/0003-packed-series.md.
inline constexpr char const* store_file_pragmas = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; ";
/// To be run with the schema: makes the file a store.
inline std::string store_identity_pragmas() {
    return "PRAGMA application_id = " + std::to_string(application_id) +
           "; PRAGMA user_version = " + std::to_string(schema_version) + "; ";
}

/// Checks that `database` holds a store of this version. With `create`, an empty file becomes one.
/// \throws Error corrupt_store for a foreign file or a newer version
void check_schema(Database& database, bool create);

} // namespace gateway::store
