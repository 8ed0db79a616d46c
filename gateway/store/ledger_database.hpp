// Small databases beside the store - of deliveries, of subscriptions -: how they are opened or made, and how they are
// written.
//
// Shape    SQLite in WAL mode with page_sums.hpp, synchronous=FULL; user_version is the form of the tables
// Locks    Whoever makes one locks its folder (flock): two connections that turn the same new file to WAL at once do not
//          wait for each other, whatever their timeout. Afterwards writers wait up to ten seconds.
// Errors   corrupt_store where the tables have another form; what Database throws
#pragma once

#include <cstdint>
#include <string>

#include "gateway/store/sql.hpp"

namespace gateway::store {

struct LedgerForm {
    char const* tables = nullptr; ///< SQL that makes them
    std::int64_t number = 0;      ///< > 0
};

/// Opens the database `name` in `folder`, which exists, or makes it; durable on return.
Database open_ledger(std::string const& folder, std::string const& name, LedgerForm const& form);

/// The first number of the first row; 0 where there is none.
std::int64_t first_number(Database& database, char const* sql);

/// Writes of a ledger that belong together; given up unless committed.
class LedgerTransaction {
  public:
    explicit LedgerTransaction(Database& database);
    ~LedgerTransaction();
    LedgerTransaction(LedgerTransaction const&) = delete;
    LedgerTransaction& operator=(LedgerTransaction const&) = delete;
    void commit();

  private:
    Database& database_;
};

} // namespace gateway::store
