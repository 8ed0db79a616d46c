// Restoring a backup, and comparing one with a store.
//
// A restore goes into an empty directory and reads every file against the manifest; the store gets its name last, so
// that a restore that was cut short is no store. A comparison writes nothing.
//
// Errors   Error checksum naming the file of the backup that is damaged; invalid_argument where the directory is not
//          empty; not_found where there is no backup; io
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/care/manifest.hpp"
#include "gateway/store/store.hpp"

namespace gateway::care {

struct RestoreReport {
    Manifest manifest;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

/// The restored store was opened, and its content hash is the one of the manifest.
RestoreReport restore(std::string const& from, std::string const& store_directory);

struct Comparison {
    Manifest manifest;
    std::string content_hash;    ///< of the store now
    std::uint64_t documents = 0; ///< that it names now
    bool same_content = false;
    bool same_documents = false;
    std::uint64_t objects_only_here = 0;      ///< in the archive, not in the backup
    std::uint64_t objects_only_in_backup = 0; ///< lost here since
    std::vector<store::Problem> differences;  ///< other files, and objects whose bytes differ
    std::vector<store::Problem> damages;      ///< files of the backup that do not agree with the manifest
    [[nodiscard]] bool is_equal() const noexcept {
        return same_content && same_documents && objects_only_here == 0 && objects_only_in_backup == 0 &&
               differences.empty() && damages.empty();
    }
};

/// Reads both as a whole.
Comparison compare(std::string const& store_directory, std::string const& backup);

} // namespace gateway::care
