#include "gateway/store/upgrade.hpp"

#include "gateway/core/error.hpp"
#include "gateway/store/changes.hpp"
#include "gateway/store/schema.hpp"

namespace gateway::store {

void upgrade(Core& core) {
    WriteTransaction transaction{core};
    // Another process may have been faster.
    auto const version = stored_version(core.database);
    if (version < schema_version) {
        add_tables_since(core.database, version);
        version < 2 ? rebuild_log(core) : core.log.write_index();
        // It is checked before anybody may rely on it.
        check_log(core, [&core](Problem const& problem) {
            throw Error{Errc::corrupt_store,
                        core.database.path() +
                            ": the store cannot be brought up to date, it is left as it was (" +
                            problem.place + ": " + problem.text +
                            "); kreislauf verify says what is damaged, restore a backup"};
        });
    }
    transaction.commit();
}

} // namespace gateway::store
