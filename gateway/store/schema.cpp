#include "gateway/store/schema.hpp"

#include "gateway/core/error.hpp"

namespace gateway::store {

extern char const* const schema_sql;

namespace {

std::int64_t pragma(Database& database, char const* sql) {
    Statement statement{database, sql};
    Rows rows(statement);
    return rows.next() ? rows.integer(0) : 0;
}

bool is_empty(Database& database) {
    return pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
}

void create_schema(Database& database) {
    // An empty store is no promise, so nothing here waits for the disk: after a power failure the file is empty
    // again, or its log holds no sound commit, and the next opening creates the tables anew.
    database.reserve_page_sums();
    database.execute(
        (std::string{"PRAGMA synchronous = OFF;"} + store_file_pragmas + "BEGIN IMMEDIATE").c_str());
    if (is_empty(database)) { // otherwise another process was faster
        database.execute(schema_sql);
        database.execute(store_identity_pragmas().c_str());
    }
    database.execute("COMMIT; PRAGMA synchronous = FULL");
    // The log of an empty file would be thrown away: the file must be durable before the first commit is.
    database.sync();
}

} // namespace

void check_schema(Database& database, bool create) {
    auto version = pragma(database, "PRAGMA user_version");
    if (version == 0 && create && is_empty(database)) {
        create_schema(database);
        version = pragma(database, "PRAGMA user_version");
    }
    if (version == schema_version && pragma(database, "PRAGMA application_id") == application_id) return;
    if (version > schema_version && pragma(database, "PRAGMA application_id") == application_id)
        throw Error{Errc::corrupt_store, database.path() + ": the store has version " +
                                             std::to_string(version) +
                                             ", this program knows versions up to " +
                                             std::to_string(schema_version) + "; use a newer kreislauf"};
    throw Error{Errc::corrupt_store,
                database.path() + ": this is a database, but no store of kreislauf; name another directory"};
}

} // namespace gateway::store
