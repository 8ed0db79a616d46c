// Verification: every checksum of store and archive, and the repair of what can be repaired.
//
// Order    pages of the store beside SQLite (store/page_sums.hpp), what the pages say (Store::verify), every object
//          of the archive, documents of the store that the archive lacks. docs/adr/0020 says what covers what.
// Errors   Error conflict where a repair finds the store in use; io. What is damaged is a finding, not an error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gateway::care {

struct Finding {
    std::string part;  ///< "store" or "archive"
    std::string place; ///< page, table and key, or file
    std::string text;
    bool repaired = false;
};

struct VerifyOptions {
    bool repair = false;
    std::string backup; ///< directory of a backup to take from; empty = none
};

struct Verification {
    std::uint64_t pages = 0, objects = 0, documents = 0;
    bool has_page_sums = true;
    bool sums_added = false;  ///< the store had no page sums and got them
    bool readable = true;     ///< false where the store is too damaged to be opened
    std::string content_hash; ///< empty where the store is not sound
    std::vector<Finding> findings;
    [[nodiscard]] bool is_sound() const noexcept;
    [[nodiscard]] std::uint64_t repaired() const noexcept;
};

/// Must be called without an open Store of this directory in the process.
Verification verify(std::string const& store_directory, VerifyOptions const& options);

} // namespace gateway::care
