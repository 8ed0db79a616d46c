#include "gateway/care/restore.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>

#include "gateway/care/backup.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"

namespace gateway::care {
namespace {

namespace fs = std::filesystem;

constexpr char const* waiting_name = ".partial-restore.sqlite";

/// Makes everything below a directory durable: one wait instead of one for each file.
void sync_all(std::string const& directory) {
    int const file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool const done = file >= 0 && ::syncfs(file) == 0;
    int const reason = errno;
    if (file >= 0) ::close(file);
    if (!done) throw Error{Errc::io, io::reason_text("cannot sync", directory, reason)};
}

std::string difference(BackupFile const& found, BackupFile const& expected) {
    if (found == expected) return {};
    return "has " + std::to_string(found.bytes) + " bytes with SHA-256 " + found.sha256 +
           ", and the manifest says " + std::to_string(expected.bytes) + " with " + expected.sha256;
}

std::string trouble_of(std::string const& backup, std::string const& path, BackupFile const& expected) {
    auto const file = backup + "/" + path;
    if (!io::file_exists(file)) return "is missing";
    return difference(sum_of_file(file), expected);
}

void refuse_filled(std::string const& directory) {
    if (!fs::exists(directory)) return;
    if (!fs::is_directory(directory))
        throw Error{Errc::invalid_argument, directory + ": is no directory; name one with --store"};
    if (!fs::is_empty(directory))
        throw Error{Errc::invalid_argument,
                    directory + ": is not empty; a restore goes into an empty directory, so that nothing is "
                                "overwritten: move the damaged store away, or name another one with --store"};
}

void copy_checked(std::string const& from, fs::path const& to, BackupFile const& expected) {
    fs::create_directories(to.parent_path());
    fs::copy_file(from, to);
    fs::permissions(to, fs::status(from).permissions());
    // The copy is compared, not the file of the backup: what was read is what counts.
    if (sum_of_file(to.string()) == expected) return;
    throw Error{Errc::checksum,
                from + ": does not agree with the manifest; this backup is damaged: take another "
                       "one, or see what is sound with kreislauf restore --compare"};
}

void compare_objects(std::string const& store_directory, Manifest const& manifest, Comparison& result) {
    std::set<std::string> here;
    for (auto const& sha256 : raw::Archive{store_directory + "/raw"}.list()) here.insert(object_path(sha256));
    for (auto const& path : here) {
        auto const entry = manifest.files.find(path);
        if (entry == manifest.files.end()) {
            ++result.objects_only_here;
            continue;
        }
        if (auto text = trouble_of(store_directory, path, entry->second); !text.empty())
            result.differences.push_back({store_directory + "/" + path, std::move(text)});
    }
    for (auto const& entry : manifest.files)
        if (entry.first.compare(0, 4, "raw/") == 0 && here.count(entry.first) == 0)
            ++result.objects_only_in_backup;
}

void compare_others(std::string const& store_directory, Manifest const& manifest, Comparison& result) {
    auto const listed = other_files(store_directory);
    std::set<std::string> const here{listed.begin(), listed.end()};
    for (auto const& path : here) {
        auto const entry = manifest.files.find(path);
        if (entry == manifest.files.end())
            result.differences.push_back({store_directory + "/" + path, "is not in the backup"});
        else if (auto text = is_database(path)
                                 ? difference(sum_of_database(store_directory + "/" + path), entry->second)
                                 : trouble_of(store_directory, path, entry->second);
                 !text.empty())
            result.differences.push_back({store_directory + "/" + path, std::move(text)});
    }
    for (auto const& entry : manifest.files) {
        auto const& path = entry.first;
        if (path != manifest.store && path.compare(0, 4, "raw/") != 0 && here.count(path) == 0)
            result.differences.push_back({store_directory + "/" + path, "is in the backup and not here"});
    }
}

} // namespace

RestoreReport restore(std::string const& from, std::string const& store_directory) {
    try {
        RestoreReport report;
        report.manifest = read_manifest(from);
        refuse_filled(store_directory);
        io::make_directories(store_directory);
        for (auto const& [path, expected] : report.manifest.files) {
            bool const is_store = path == report.manifest.store;
            copy_checked(from + "/" + path, fs::path{store_directory} / (is_store ? waiting_name : path),
                         expected);
            ++report.files;
            report.bytes += expected.bytes;
        }
        sync_all(store_directory);
        auto const store = store_directory + "/store.sqlite";
        if (::rename((store_directory + "/" + waiting_name).c_str(), store.c_str()) != 0)
            throw Error{Errc::io, io::reason_text("cannot move the store to", store, errno)};
        io::sync_directory(store_directory);
        auto const hash = store::open_sqlite(store_directory, true)->content_hash();
        if (hash != report.manifest.content_hash)
            throw Error{Errc::checksum, store + ": has the content hash " + hash + " and not " +
                                            report.manifest.content_hash +
                                            " as the manifest says; take another backup"};
        return report;
    } catch (fs::filesystem_error const& error) {
        throw Error{Errc::io, error.what()};
    }
}

Comparison compare(std::string const& store_directory, std::string const& backup) {
    try {
        Comparison result;
        result.manifest = read_manifest(backup);
        for (auto const& [path, expected] : result.manifest.files)
            if (auto text = trouble_of(backup, path, expected); !text.empty())
                result.damages.push_back({backup + "/" + path, std::move(text)});
        auto const store = store::open_sqlite(store_directory, true);
        result.content_hash = store->content_hash();
        result.same_content = result.content_hash == result.manifest.content_hash;
        result.documents = store->documents().size();
        result.same_documents = documents_digest(*store) == result.manifest.documents_sha256;
        compare_objects(store_directory, result.manifest, result);
        compare_others(store_directory, result.manifest, result);
        return result;
    } catch (fs::filesystem_error const& error) {
        throw Error{Errc::io, error.what()};
    }
}

} // namespace gateway::care
