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

WriteTransaction::WriteTransaction(Core& core, bool is_trial)
    : core_(core), is_trial_(is_trial),
      is_nested_(core.grouped || (is_trial && core.database.in_transaction())) {
    if (core_.loading)
        throw Error{Errc::conflict,
                    core_.database.path() + ": a load is under way in this process; commit or drop it first"};
    if (is_trial_) {
        begin_trial();
        return;
    }
    if (core_.grouped) {
        core_.database.execute("SAVEPOINT load");
        core_.loading = true;
        return;
    }
    if (core_.database.in_transaction())
        throw Error{Errc::conflict,
                    core_.database.path() +
                        ": this process reads a snapshot of the store; drop it before writing"};
    core_.database.execute("BEGIN IMMEDIATE");
    core_.loading = true;
    if (!core_.guard) return;
    try {
        core_.guard();
    } catch (...) {
        abandon();
        throw;
    }
}

void WriteTransaction::begin_trial() {
    if (!is_nested_) {
        core_.begin_reading.run();
        // SQLite takes its view of the file with the first read.
        static_cast<void>(core_.catalog.position({}, {}));
    }
    core_.loading = core_.trial = true;
    core_.numbers.write_nothing(true);
    core_.catalog.write_nothing(true);
}

void WriteTransaction::give_back() {
    if (is_trial_) {
        if (!is_nested_) core_.end_reading.run();
    } else if (is_nested_) {
        core_.database.execute("ROLLBACK TO load; RELEASE load");
    } else {
        core_.database.execute("ROLLBACK");
    }
}

void WriteTransaction::abandon() noexcept {
    if (!open_) return;
    open_ = false;
    core_.loading = core_.trial = false;
    core_.numbers.write_nothing(false);
    core_.catalog.write_nothing(false);
    core_.numbers.forget_new();
    core_.catalog.forget_new();
    core_.labels.forget_new();
    // SQLite rolls some failures back by itself; a second rollback would only be refused.
    if (!core_.database.in_transaction()) return;
    try {
        give_back();
    } catch (Error const&) {
        // Nothing was committed: the next opening drops what is left of it.
    }
}

void WriteTransaction::commit() {
    if (is_trial_)
        throw Error{Errc::invalid_argument, core_.database.path() + ": a trial load cannot be committed"};
    core_.numbers.flush();
    if (is_nested_) {
        core_.database.execute("RELEASE load");
        open_ = false;
        core_.loading = false;
        return;
    }
    core_.database.execute("COMMIT");
    if (core_.making) core_.making->publish();
    open_ = false;
    core_.loading = false;
    core_.numbers.keep_new();
}

} // namespace gateway::store
