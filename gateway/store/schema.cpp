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

/// The part of the schema that a store of this version lacks.
std::string tables_since(int version) {
    std::string const schema{schema_sql};
    auto const at = schema.find("-- Since version " + std::to_string(version + 1) + ".");
    if (at == std::string::npos) throw Error{Errc::corrupt_store, "the schema of the program is damaged"};
    return schema.substr(at);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

} // namespace

int stored_version(Database& database) {
    return static_cast<int>(pragma(database, "PRAGMA user_version"));
}

void add_missing_tables_for_reading(Database& database) {
    // A name without schema is looked for among the temporary tables first.
    auto sql = tables_since(1);
    replace_all(sql, "CREATE TABLE ", "CREATE TEMP TABLE ");
    replace_all(sql, "CREATE INDEX ", "CREATE INDEX temp.");
    database.execute(sql.c_str());
}

void drop_tables_for_reading(Database& database) {
    database.execute("DROP TABLE IF EXISTS temp.recall; DROP TABLE IF EXISTS temp.change; "
                     "DROP TABLE IF EXISTS temp.change_area");
}

void add_tables_since(Database& database, int version) {
    database.execute(tables_since(version).c_str());
    database.execute(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
}

int check_schema(Database& database, bool create) {
    auto version = pragma(database, "PRAGMA user_version");
    if (version == 0 && create && is_empty(database)) {
        create_schema(database);
        version = pragma(database, "PRAGMA user_version");
    }
    if (version >= oldest_schema_version && version <= schema_version &&
        pragma(database, "PRAGMA application_id") == application_id)
        return static_cast<int>(version);
    if (version > schema_version && pragma(database, "PRAGMA application_id") == application_id)
        throw Error{Errc::corrupt_store, database.path() + ": the store has version " +
                                             std::to_string(version) +
                                             ", this program knows versions up to " +
                                             std::to_string(schema_version) + "; use a newer kreislauf"};
    throw Error{Errc::corrupt_store,
                database.path() + ": this is a database, but no store of kreislauf; name another directory"};
}

} // namespace gateway::store
