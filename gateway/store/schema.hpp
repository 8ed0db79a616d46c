// The SQL schema of the embedded store (schemas/store/schema.sql) and its version.
#pragma once

#include "gateway/store/sql.hpp"

namespace gateway::store {

inline constexpr int schema_version = 1;

/// Checks that `database` holds a store of this version. With `create`, an empty file becomes one.
/// \throws Error corrupt_store for a foreign file or a newer version
void check_schema(Database& database, bool create);

} // namespace gateway::store
