#include "gateway/store/upgrade.hpp"

#include "gateway/store/schema.hpp"

namespace gateway::store {

void upgrade(Core& core) {
    WriteTransaction transaction{core};
    // Another process may have been faster.
    if (stored_version(core.database) < schema_version) add_tables_of_version_2(core.database);
    transaction.commit();
}

} // namespace gateway::store
