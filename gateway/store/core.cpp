#include "gateway/store/core.hpp"

namespace gateway::store {

ReadTransaction::ReadTransaction(Core& core) : core_(core), own_(!core.database.in_transaction()) {
    if (own_) core_.begin_reading.run();
}

ReadTransaction::~ReadTransaction() {
    if (!own_ || !core_.database.in_transaction()) return;
    try {
        core_.end_reading.run();
    } catch (Error const&) {
        // A read leaves nothing to be kept; the next BEGIN reports what is wrong.
    }
}

WriteTransaction::WriteTransaction(Core& core) : core_(core) {
    if (core_.loading)
        throw Error{Errc::conflict,
                    core_.database.path() + ": a load is under way in this process; commit or drop it first"};
    if (core_.database.in_transaction())
        throw Error{Errc::conflict,
                    core_.database.path() +
                        ": this process reads a snapshot of the store; drop it before writing"};
    core_.database.execute("BEGIN IMMEDIATE");
    core_.loading = true;
}

void WriteTransaction::abandon() noexcept {
    if (!open_) return;
    open_ = false;
    core_.loading = false;
    core_.numbers.forget_new();
    core_.catalog.forget_new();
    core_.labels.forget_new();
    // SQLite rolls some failures back by itself; a second rollback would only be refused.
    if (!core_.database.in_transaction()) return;
    try {
        core_.database.execute("ROLLBACK");
    } catch (Error const&) {
        // Nothing was committed: the next opening drops what is left of it.
    }
}

void WriteTransaction::commit() {
    core_.numbers.flush();
    core_.database.execute("COMMIT");
    if (core_.making) core_.making->publish();
    open_ = false;
    core_.loading = false;
    core_.numbers.keep_new();
}

} // namespace gateway::store
