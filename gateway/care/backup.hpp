// Backups: one state of the store with everything it needs, taken while others write.
//
// A backup is a directory: the store in one file, the raw archive object by object, what else lies beside them
// (imported territory files, keys of the service), and a manifest with the SHA-256 of each. The store is copied
// first and the archive after it, so that every document the store names is there. Into the same directory again,
// only what is new is copied; the manifest is replaced last, so that at any moment there is one whole backup.
//
// Errors   Error corrupt_store where the store is damaged: the backup of before stays; conflict where another backup
//          is being written to the same place; invalid_argument; io
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/care/manifest.hpp"
#include "gateway/store/store.hpp"

namespace gateway::care {

struct BackupReport {
    Manifest manifest;
    std::uint64_t copied = 0; ///< files that this run wrote
    std::uint64_t copied_bytes = 0;
    std::vector<store::Problem>
        problems; ///< documents that are damaged or missing, and are not in the backup
};

/// Must be called without an open Store of this directory in the process: pages are looked at beside SQLite.
BackupReport back_up(std::string const& store_directory, std::string const& to, UnixTime now);

/// SHA-256 over hash and time of each document of the store, sorted.
std::string documents_digest(store::Store const& store);
/// Paths below a store's directory that are neither store nor archive nor passing: imported files, keys.
std::vector<std::string> other_files(std::string const& store_directory);
/// True for a file that is a database of SQLite: it is copied as one state of it, not byte for byte.
bool is_database(std::string_view path) noexcept;
/// Sum of the copy that a backup would make of a database now.
BackupFile sum_of_database(std::string const& path);
/// "raw/ab/abcdef….raw"
std::string object_path(std::string const& sha256);
/// SHA-256 and size of a file; memory does not grow with it.
BackupFile sum_of_file(std::string const& path);

} // namespace gateway::care
