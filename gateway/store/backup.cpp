#include "gateway/store/backup.hpp"

#include <sqlite3.h>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/store/schema.hpp"
#include "gateway/store/sql.hpp"

namespace gateway::store {

namespace {

void copy_all(Database& source, std::string const& target) {
    Database copy{target, Database::Mode::create};
    copy.execute("PRAGMA synchronous = OFF"); // nothing is promised before sync() below
    auto* const backup = sqlite3_backup_init(copy.handle(), "main", source.handle(), "main");
    if (backup == nullptr) copy.fail(sqlite3_errcode(copy.handle()));
    // All pages in one step: one view of the store, and nobody can make it begin again.
    int const stepped = sqlite3_backup_step(backup, -1);
    int const finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE) {
        // The code tells whose fault it was: a page that could not be read is one of the source.
        if (stepped == SQLITE_IOERR_DATA) source.fail(stepped);
        copy.fail(stepped);
    }
    if (finished != SQLITE_OK) copy.fail(finished);
    copy.sync();
}

} // namespace

void copy_store(std::string const& directory, std::string const& target) {
    auto const path = directory + "/store.sqlite";
    if (!io::file_exists(path))
        throw Error{Errc::not_found, path + ": there is no store here; name its directory with --store"};
    Database source{path, Database::Mode::read_only};
    check_schema(source, false);
    copy_all(source, target);
}

void copy_database(std::string const& path, std::string const& target) {
    Database source{path, Database::Mode::read_only};
    copy_all(source, target);
}

} // namespace gateway::store
