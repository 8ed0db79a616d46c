#include "gateway/store/ledger_database.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::store {
namespace {

/// Holds the folder while a database in it is made; a kill gives it back. A file system without locks has none: there,
/// whoever comes second is told to try again.
class FolderLock {
  public:
    explicit FolderLock(std::string const& folder)
        : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (folder_ < 0) throw Error{Errc::io, io::reason_text("cannot open", folder, errno)};
        while (::flock(folder_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    ~FolderLock() { ::close(folder_); }
    FolderLock(FolderLock const&) = delete;
    FolderLock& operator=(FolderLock const&) = delete;

  private:
    int folder_;
};

void make_tables(Database& database, std::string const& folder, LedgerForm const& form) {
    FolderLock const lock{folder};
    if (first_number(database, "PRAGMA user_version") != 0) return; // somebody was faster
    database.reserve_page_sums();
    database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    LedgerTransaction transaction{database};
    database.execute(form.tables);
    database.execute(("PRAGMA user_version = " + std::to_string(form.number)).c_str());
    transaction.commit();
    // The file itself is new, and so is its entry in the folder.
    database.sync();
    io::sync_directory(folder);
}

} // namespace

Database open_ledger(std::string const& folder, std::string const& name, LedgerForm const& form) {
    Database database{folder + "/" + name, Database::Mode::create};
    // Before anything else, so that it waits for whoever writes.
    database.execute("PRAGMA busy_timeout = 10000");
    if (first_number(database, "PRAGMA user_version") == 0) make_tables(database, folder, form);
    database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    if (auto const found = first_number(database, "PRAGMA user_version"); found != form.number)
        throw Error{Errc::corrupt_store, database.path() + ": has tables of form " + std::to_string(found) +
                                             ", this program knows form " + std::to_string(form.number) +
                                             "; use the program that wrote it"};
    return database;
}

std::int64_t first_number(Database& database, char const* sql) {
    Statement statement{database, sql};
    Rows rows{statement};
    return rows.next() ? rows.integer(0) : 0;
}

LedgerTransaction::LedgerTransaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
}

LedgerTransaction::~LedgerTransaction() {
    if (!database_.in_transaction()) return;
    try {
        database_.execute("ROLLBACK");
    } catch (Error const&) {
        return; // the connection goes, and with it the transaction
    }
}

void LedgerTransaction::commit() {
    database_.execute("COMMIT");
}

} // namespace gateway::store
