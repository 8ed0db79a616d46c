#include "gateway/care/backup.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/store/backup.hpp"
#include "gateway/store/page_sums.hpp"

namespace gateway::care {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
/// The copy of the store while it is made; begins like every temporary file.
constexpr char const* workshop_name = ".partial-backup";
constexpr std::string_view database_suffix = ".sqlite";

/// One backup at a time goes to one place.
class PlaceLock {
  public:
    explicit PlaceLock(std::string const& directory)
        : file_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (file_ < 0) throw Error{Errc::io, io::reason_text("cannot open", directory, errno)};
        if (::flock(file_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
        ::close(file_);
        throw Error{Errc::conflict, directory + ": another backup is being written here; wait for it"};
    }
    ~PlaceLock() { ::close(file_); }
    PlaceLock(PlaceLock const&) = delete;
    PlaceLock& operator=(PlaceLock const&) = delete;

  private:
    int file_;
};

void refuse_bad_place(std::string const& store_directory, std::string const& to) {
    if (!io::file_exists(store_directory + "/store.sqlite"))
        throw Error{Errc::not_found,
                    store_directory +
                        "/store.sqlite: there is no store here; name its directory with --store"};
    auto const inner = fs::weakly_canonical(to).string() + "/";
    auto const outer = fs::weakly_canonical(store_directory).string() + "/";
    if (inner.compare(0, outer.size(), outer) == 0 || outer.compare(0, inner.size(), inner) == 0)
        throw Error{Errc::invalid_argument,
                    to +
                        ": a backup inside the store, or around it, is lost with it; name another directory, "
                        "best on another disk"};
    if (!fs::exists(to) || holds_backup(to)) return;
    if (!fs::is_directory(to))
        throw Error{Errc::invalid_argument, to + ": is no directory; name one with --to"};
    for (auto const& entry : fs::directory_iterator{to})
        if (!io::is_temporary(entry.path().filename().string()) && entry.path().filename() != "raw")
            throw Error{Errc::invalid_argument,
                        to + ": holds other files and no backup; name an empty directory"};
}

void refuse_damage(std::string const& store_directory) {
    auto const check = store::check_pages(store_directory);
    if (check.is_sound()) return;
    throw Error{Errc::corrupt_store,
                store_directory + "/store.sqlite: " + std::to_string(check.damages.size()) +
                    " places are damaged, the first is page " + std::to_string(check.damages[0].page) + " (" +
                    check.damages[0].text +
                    "); run kreislauf verify --repair; the backup of before was left "
                    "as it is"};
}

class Copier {
  public:
    Copier(std::string from, std::string to, Manifest const& before, BackupReport& report)
        : from_(std::move(from)), to_(std::move(to)), before_(before), report_(report) {}

    void store() {
        auto const workshop = to_ + "/" + workshop_name;
        fs::remove_all(workshop);
        io::make_directories(workshop);
        auto const copy = workshop + "/store.sqlite";
        store::copy_store(from_, copy);
        auto const sum = sum_of_file(copy);
        auto const name = "store-" + sum.sha256.substr(0, 16) + ".sqlite";
        {
            auto const opened = store::open_sqlite(workshop, true);
            report_.manifest.content_hash = opened->content_hash();
            for (auto const& document : opened->documents()) wanted_.push_back(document.sha256);
            report_.manifest.documents = wanted_.size();
            report_.manifest.documents_sha256 = documents_digest(*opened);
        }
        report_.manifest.store = name;
        bool const is_new = !(sum == entry_before(name)) || !io::file_exists(to_ + "/" + name);
        if (is_new && ::rename(copy.c_str(), (to_ + "/" + name).c_str()) != 0)
            throw Error{Errc::io, io::reason_text("cannot move the copy to", to_ + "/" + name, errno)};
        fs::remove_all(workshop);
        io::sync_directory(to_);
        add(name, sum, is_new);
    }

    void archive() {
        raw::Archive const archive{from_ + "/raw"};
        auto const held = archive.list();
        for (auto const& sha256 : held) {
            auto const path = object_path(sha256);
            if (keep_before(path)) continue;
            if (!archive.holds_sound(sha256))
                report_.problems.push_back({from_ + "/" + path,
                                            "is damaged and was left out; kreislauf verify "
                                            "--repair mends it"});
            else
                copy(path);
        }
        std::sort(wanted_.begin(), wanted_.end());
        wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
        for (auto const& sha256 : wanted_) {
            if (std::binary_search(held.begin(), held.end(), sha256)) continue;
            // What the archive lost and an earlier backup has stays in the backup.
            if (!keep_before(object_path(sha256)))
                report_.problems.push_back(
                    {from_ + "/" + object_path(sha256), "is named by the store and is not in the archive"});
        }
    }

    void others() {
        for (auto const& path : other_files(from_)) is_database(path) ? copy_database(path) : copy(path);
    }

    /// Files of the backup of before that no longer belong to it. Objects stay: nothing is ever taken out of an archive.
    void remove_old() {
        for (auto const& each : before_.files) {
            auto const& path = each.first;
            if (report_.manifest.files.count(path) != 0) continue;
            if (path.compare(0, 4, "raw/") == 0) continue;
            std::error_code ignored; // it only takes room
            fs::remove(to_ + "/" + path, ignored);
        }
    }

  private:
    [[nodiscard]] BackupFile entry_before(std::string const& path) const {
        auto const found = before_.files.find(path);
        return found == before_.files.end() ? BackupFile{} : found->second;
    }
    void add(std::string const& path, BackupFile const& sum, bool is_new) {
        report_.manifest.files[path] = sum;
        if (!is_new) return;
        ++report_.copied;
        report_.copied_bytes += sum.bytes;
    }
    /// An object never changes: one that an earlier run copied, and that still has its size, is there.
    bool keep_before(std::string const& path) {
        auto const entry = entry_before(path);
        std::error_code missing;
        if (entry.sha256.empty() || fs::file_size(to_ + "/" + path, missing) != entry.bytes || missing)
            return false;
        add(path, entry, false);
        return true;
    }
    void copy(std::string const& path) {
        auto const target = fs::path{to_} / path;
        io::make_directories(target.parent_path().string());
        auto const bytes = io::read_file(from_ + "/" + path);
        BackupFile const sum{bytes.size(), io::sha256_hex(bytes)};
        if (sum == entry_before(path) && io::file_exists(target.string())) {
            add(path, sum, false);
            return;
        }
        io::write_durable(target.string(), bytes);
        fs::permissions(target, fs::status(from_ + "/" + path).permissions());
        add(path, sum, true);
    }

    /// Another database: one state of it, its log included.
    void copy_database(std::string const& path) {
        auto const workshop = to_ + "/" + workshop_name;
        fs::remove_all(workshop);
        io::make_directories(workshop);
        auto const made = workshop + "/copy.sqlite";
        store::copy_database(from_ + "/" + path, made);
        auto const sum = sum_of_file(made);
        auto const target = fs::path{to_} / path;
        bool const is_new = !(sum == entry_before(path)) || !io::file_exists(target.string());
        io::make_directories(target.parent_path().string());
        if (is_new) {
            fs::permissions(made, fs::status(from_ + "/" + path).permissions());
            fs::rename(made, target);
            io::sync_directory(target.parent_path().string());
        }
        fs::remove_all(workshop);
        add(path, sum, is_new);
    }

    std::string from_, to_;
    Manifest const& before_;
    BackupReport& report_;
    std::vector<std::string> wanted_;
};

} // namespace

std::string object_path(std::string const& sha256) {
    return "raw/" + sha256.substr(0, 2) + "/" + sha256 + ".raw";
}

BackupFile sum_of_file(std::string const& path) {
    io::MappedFile const file{path};
    io::Sha256 sum;
    auto bytes = file.view();
    BackupFile result{bytes.size(), {}};
    while (!bytes.empty()) {
        auto const piece = bytes.substr(0, piece_bytes);
        sum.update(piece);
        bytes.remove_prefix(piece.size());
    }
    result.sha256 = sum.hex();
    return result;
}

bool is_database(std::string_view path) noexcept {
    return path.size() > database_suffix.size() &&
           path.substr(path.size() - database_suffix.size()) == database_suffix;
}

BackupFile sum_of_database(std::string const& path) {
    std::string folder = (fs::temp_directory_path() / "kreislauf-compare-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
        throw Error{Errc::io, io::reason_text("cannot make", folder, errno)};
    struct Removal {
        std::string const& folder;
        ~Removal() {
            std::error_code ignored; // what stays lies among the temporary files
            fs::remove_all(folder, ignored);
        }
    } const removal{folder};
    store::copy_database(path, folder + "/copy.sqlite");
    return sum_of_file(folder + "/copy.sqlite");
}

std::string documents_digest(store::Store const& store) {
    std::vector<std::string> lines;
    for (auto const& document : store.documents())
        lines.push_back(document.sha256 + " " + std::to_string(document.provenance.received) + "\n");
    std::sort(lines.begin(), lines.end());
    io::Sha256 sum;
    for (auto const& line : lines) sum.update(line);
    return sum.hex();
}

std::vector<std::string> other_files(std::string const& store_directory) {
    std::vector<std::string> paths;
    for (auto at = fs::recursive_directory_iterator{store_directory};
         at != fs::recursive_directory_iterator{}; ++at) {
        auto const relative = at->path().lexically_relative(store_directory).string();
        auto const name = at->path().filename().string();
        if (at->is_directory()) {
            if (relative == "raw" || io::is_temporary(name)) at.disable_recursion_pending();
            continue;
        }
        bool const is_store = relative.compare(0, 12, "store.sqlite") == 0;
        // What stands beside a database belongs to it: its log is in the copy.
        bool const beside = name.find(std::string{database_suffix} + "-") != std::string::npos;
        if (at->is_regular_file() && !is_store && !beside && !io::is_temporary(name))
            paths.push_back(relative);
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

BackupReport back_up(std::string const& store_directory, std::string const& to, UnixTime now) {
    try {
        refuse_bad_place(store_directory, to);
        refuse_damage(store_directory);
        io::make_directories(to);
        PlaceLock const alone{to};
        io::remove_leftovers(to);
        auto const before = holds_backup(to) ? read_manifest(to) : Manifest{};
        BackupReport report;
        report.manifest.made = now;
        Copier copier{store_directory, to, before, report};
        copier.store();
        copier.archive();
        copier.others();
        write_manifest(to, report.manifest);
        copier.remove_old();
        return report;
    } catch (fs::filesystem_error const& error) {
        throw Error{Errc::io, error.what()};
    }
}

} // namespace gateway::care
