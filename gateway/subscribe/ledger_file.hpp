// The file of the ledger: its tables and its rights. Internal to gateway/subscribe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/store/ledger_database.hpp"
#include "gateway/subscribe/ledger.hpp"

namespace gateway::subscribe {

std::string id_of(std::int64_t no); ///< "S-000042"

struct LedgerFile {
    /// Opens the file in `folder`, or makes both.
    explicit LedgerFile(std::string const& folder);

    std::uint64_t revision();
    /// By the last statement.
    int changed_rows();
    /// Entries of a message that is under way are told anew, under another id.
    void drop_message(std::int64_t no);
    std::vector<Failure> failures(char const* tail, std::int64_t number, std::int64_t limit);

    std::string folder;
    store::Database database;
};

} // namespace gateway::subscribe
