#include "gateway/store/core.hpp"

namespace gateway::store {

WriteTransaction::WriteTransaction(Core& core) : core_(core) {
    if (core_.loading)
        throw Error{Errc::conflict,
                    core_.database.path() + ": a load is under way in this process; commit or drop it first"};
    core_.database.execute("BEGIN IMMEDIATE");
    core_.loading = true;
}

WriteTransaction::~WriteTransaction() {
    if (!open_) return;
    core_.loading = false;
    core_.numbers.forget_new();
    // SQLite rolls some failures back by itself; a second rollback would only be refused.
    if (!core_.database.in_transaction()) return;
    try {
        core_.database.execute("ROLLBACK");
    } catch (Error const&) {
        // Nothing was committed: the next opening drops what is left of it.
    }
}

void WriteTransaction::commit() {
    core_.database.execute("COMMIT");
    open_ = false;
    core_.loading = false;
    core_.numbers.keep_new();
}

} // namespace gateway::store
