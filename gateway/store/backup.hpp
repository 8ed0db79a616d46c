// A copy of the store while others write.
//
// The copy is one state of the store: everything that was committed before, nothing of a load under way. Writers do
// not wait for it. A damaged page is never copied: every page is compared with its sum as it is read.
//
// Source   https://www.sqlite.org/backup.html
// Errors   Error corrupt_store where a page is damaged; io; not_found where there is no store
#pragma once

#include <string>

namespace gateway::store {

/// Copies `directory`/store.sqlite, with what its log holds, to the new file `target`; durable on return.
void copy_store(std::string const& directory, std::string const& target);
/// The same for any other database of SQLite at `path`: the ledger of the intake.
void copy_database(std::string const& path, std::string const& target);

} // namespace gateway::store
