#include "gateway/store/load_group.hpp"

#include <string>

namespace gateway::store {

SqliteLoadGroup::SqliteLoadGroup(Core& core) : core_(core) {
    if (core_.loading || core_.grouped)
        throw Error{Errc::conflict,
                    core_.database.path() + ": a load is under way in this process; commit or drop it first"};
    if (core_.database.in_transaction())
        throw Error{Errc::conflict,
                    core_.database.path() +
                        ": this process reads a snapshot of the store; drop it before writing"};
    core_.database.execute("BEGIN IMMEDIATE");
    core_.grouped = true;
    if (!core_.guard) return;
    try {
        core_.guard();
    } catch (...) {
        core_.grouped = false;
        core_.database.execute("ROLLBACK");
        throw;
    }
}

SqliteLoadGroup::~SqliteLoadGroup() {
    if (!open_) return;
    core_.grouped = false;
    forget();
    if (!core_.database.in_transaction()) return;
    try {
        core_.database.execute("ROLLBACK");
    } catch (Error const&) {
        // Nothing was committed: the next opening drops what is left of it.
    }
}

void SqliteLoadGroup::forget() noexcept {
    core_.numbers.forget_all();
    core_.catalog.forget_new();
    core_.labels.forget_new();
}

void SqliteLoadGroup::require_no_load(char const* what) const {
    if (!open_ || core_.loading)
        throw Error{Errc::invalid_argument, core_.database.path() + ": " + what +
                                                " a group of loads that is over, or in a load; end the load"};
}

std::size_t SqliteLoadGroup::mark() {
    require_no_load("no place can be marked in");
    core_.database.execute(("SAVEPOINT mark_" + std::to_string(marks_)).c_str());
    return marks_++;
}

void SqliteLoadGroup::back_to(std::size_t mark) {
    require_no_load("nothing can be undone in");
    if (mark >= marks_)
        throw Error{Errc::invalid_argument, core_.database.path() + ": there is no mark " +
                                                std::to_string(mark) + " in this group of loads"};
    core_.database.execute(("ROLLBACK TO mark_" + std::to_string(mark)).c_str());
    marks_ = mark + 1;
    forget();
}

void SqliteLoadGroup::commit() {
    require_no_load("nothing can be committed of");
    core_.numbers.flush();
    core_.database.execute("COMMIT");
    open_ = false;
    core_.grouped = false;
    if (core_.making) core_.making->publish();
    core_.numbers.keep_new();
}

} // namespace gateway::store
