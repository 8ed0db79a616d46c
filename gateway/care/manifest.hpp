// The manifest of a backup: what belongs to it, and its sums.
//
// Shape    DIR/manifest.json: {"format":"kreislauf-backup","version":1,"made":"2026-11-26T02:00:00Z",
//          "content_hash":…,"documents":N,"documents_sha256":…,"store":"store-….sqlite",
//          "files":[{"path":…,"bytes":N,"sha256":…},…]} with files by path. Whatever stands in DIR and not here
//          belongs to no backup. DIR/SHA256SUMS says the same for `sha256sum -c`.
// Errors   Error malformed naming the file; not_found where there is none
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "gateway/core/document.hpp"

namespace gateway::care {

struct BackupFile {
    std::uint64_t bytes = 0;
    std::string sha256;
    friend bool operator==(BackupFile const&, BackupFile const&) = default;
};

struct Manifest {
    UnixTime made = 0;
    std::string content_hash;                ///< of the store
    std::uint64_t documents = 0;             ///< that the store names
    std::string documents_sha256;            ///< over hash and time of each, sorted
    std::string store;                       ///< name of the store's file in the backup
    std::map<std::string, BackupFile> files; ///< by path below DIR
};

inline constexpr char const* manifest_name = "manifest.json";
inline constexpr char const* sums_name = "SHA256SUMS";

[[nodiscard]] bool holds_backup(std::string const& directory);
Manifest read_manifest(std::string const& directory);
/// Durable on return: from then on this is the backup.
void write_manifest(std::string const& directory, Manifest const& manifest);

} // namespace gateway::care
