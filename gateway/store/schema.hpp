// The SQL schema of the embedded store (schemas/store/schema.sql) and its version.
#pragma once

#include <string>

#include "gateway/store/sql.hpp"

namespace gateway::store {

inline constexpr int schema_version = 3;
inline constexpr int oldest_schema_version = 1;   ///< still read, and brought up to date when it is written
inline constexpr int application_id = 0x4B524549; // "KREI"

/// To be run on an empty file, before the schema. The page size decides how many packed rows share a page;
/// measured in docs/adr/0003-packed-series.md.
inline constexpr char const* store_file_pragmas = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; ";
/// To be run with the schema: makes the file a store.
inline std::string store_identity_pragmas() {
    return "PRAGMA application_id = " + std::to_string(application_id) +
           "; PRAGMA user_version = " + std::to_string(schema_version) + "; ";
}

/// Checks that `database` holds a store of a version that this program knows, and returns it. With `create`, an
/// empty file becomes a store. \throws Error corrupt_store for a foreign file or a newer version
int check_schema(Database& database, bool create);
/// The version that the file has now.
int stored_version(Database& database);

/// Lets a store of version 1 be read: what it has no tables for is as if it were empty, for this connection. A reader
/// of version 2 does without what is new.
void add_missing_tables_for_reading(Database& database);
/// Undoes that, where another process has brought the store up to date.
void drop_tables_for_reading(Database& database);
/// Adds what came since `version`, and the version. In a transaction of the caller.
void add_tables_since(Database& database, int version);

} // namespace gateway::store
