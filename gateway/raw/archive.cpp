#include "gateway/raw/archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/raw/container.hpp"
#include "gateway/raw/hash_thread.hpp"

namespace gateway::raw {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".raw";
// Pieces are large because the scheduler tends to wake the second thread on the core of the first: with 8 MiB
// a file is kept twice as fast as with 1 MiB.
constexpr std::size_t piece_bytes = std::size_t{8} << 20U;
constexpr std::uint64_t in_memory_up_to = std::uint64_t{4} << 20U;

/// Reads a file piece by piece. Not mapped: a file that is cut meanwhile is an error here, not a signal.
class PieceReader {
  public:
    explicit PieceReader(std::string path) : path_{std::move(path)} {
        file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (file_ < 0)
            throw Error{errno == ENOENT ? Errc::not_found : Errc::io,
                        io::reason_text("cannot open", path_, errno)};
        ::posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    ~PieceReader() { ::close(file_); }
    PieceReader(PieceReader const&) = delete;
    PieceReader& operator=(PieceReader const&) = delete;

    [[nodiscard]] std::uint64_t size() const {
        struct stat info {};
        if (::fstat(file_, &info) != 0) throw Error{Errc::io, io::reason_text("cannot read", path_, errno)};
        return static_cast<std::uint64_t>(info.st_size);
    }
    std::size_t read(std::span<char> buffer) const {
        for (;;) {
            auto const got = ::read(file_, buffer.data(), buffer.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) throw Error{Errc::io, io::reason_text("cannot read", path_, errno)};
        }
    }

  private:
    std::string path_;
    int file_;
};

[[noreturn]] void refuse_change(std::string const& path, std::uint64_t size) {
    throw Error{Errc::conflict, path + ": was changed while it was read (" + std::to_string(size) +
                                    " bytes at first); import it again when it is complete"};
}

/// The directory is there and holds nothing of killed writers; says what of it is new and not yet durable.
std::vector<std::string> prepare(std::string const& directory) {
    auto made = io::make_directories_unsynced(directory);
    io::remove_leftovers(directory);
    return std::move(made.to_sync);
}

/// SHA-256 in the name of an object file ("ab/ab….raw"), empty where the name is none.
std::string hash_of(fs::path const& file) {
    auto const name = file.filename().string();
    if (name.size() != 64 + suffix.size() || name.substr(64) != suffix) return {};
    auto const hash = name.substr(0, 64);
    return io::is_sha256(hash) && file.parent_path().filename() == hash.substr(0, 2) ? hash : std::string{};
}

/// Every file below `directory`, sorted.
std::vector<fs::path> files_in(std::string const& directory) {
    std::vector<fs::path> files;
    if (!fs::is_directory(directory)) return files;
    try {
        for (auto const& entry : fs::recursive_directory_iterator{directory})
            if (!entry.is_directory() && !io::is_temporary(entry.path().filename().string()))
                files.push_back(entry.path());
    } catch (fs::filesystem_error const& error) {
        throw Error{Errc::io, error.what()};
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

Archive::Archive(std::string directory) : directory_{std::move(directory)} {}

std::string Archive::path_of(std::string_view sha256) const {
    if (!io::is_sha256(sha256))
        throw Error{Errc::invalid_argument,
                    "not a SHA-256 of 64 lower-case hex digits: " + std::string{sha256}};
    return directory_ + "/" + std::string{sha256.substr(0, 2)} + "/" + std::string{sha256} +
           std::string{suffix};
}

void Archive::publish(ContainerWriter& writer, std::string const& path,
                      std::vector<std::string> new_directories) const {
    auto const folder = io::make_directories_unsynced(fs::path{path}.parent_path().string());
    new_directories.insert(new_directories.begin(), folder.to_sync.begin(), folder.to_sync.end());
    writer.commit(path, new_directories);
    // A folder that was there may stem from a writer that was killed before it synced its entry.
    if (!folder.made) io::sync_directory(directory_);
}

bool Archive::holds_sound(std::string_view sha256) const {
    auto const path = path_of(sha256);
    if (!io::file_exists(path)) return false;
    try {
        ContainerReader const sound{path};
    } catch (Error const& error) {
        if (error.code() != Errc::checksum) throw;
        return false;
    }
    return true;
}

bool Archive::durable_already(std::string const& sha256) const {
    if (!holds_sound(sha256)) return false; // damaged: the bytes are at hand, so it is written anew
    auto const path = path_of(sha256);
    // Whoever wrote it may have been killed between the move and the sync.
    io::sync_directory(fs::path{path}.parent_path().string());
    io::sync_directory(directory_);
    return true;
}

Kept Archive::keep(std::string_view bytes, Provenance const& provenance, Named const& named) {
    Kept kept{io::sha256_hex(bytes), bytes.size(), false};
    if (named) named(kept);
    if (durable_already(kept.sha256)) return kept;
    auto new_directories = prepare(directory_);
    ContainerWriter writer{directory_, provenance, bytes.size()};
    writer.write(bytes);
    publish(writer, path_of(kept.sha256), std::move(new_directories));
    kept.is_new = true;
    return kept;
}

Kept Archive::keep_file(std::string const& path, Provenance const& provenance, Named const& named) {
    PieceReader const file{path};
    auto const size = file.size();
    if (size <= in_memory_up_to) {
        // A copy: both sums must go over the same bytes, whoever writes meanwhile. One byte more shows that it grew.
        auto const bytes = std::make_unique_for_overwrite<char[]>(size + 1);
        std::size_t done = 0;
        while (auto const got = file.read({bytes.get() + done, size + 1 - done})) done += got;
        if (done != size) refuse_change(path, size);
        return keep({bytes.get(), done}, provenance, named);
    }

    // Both sums go over the same copy of each piece: a file that changes meanwhile is kept as it was read.
    auto new_directories = prepare(directory_);
    ContainerWriter writer{directory_, provenance, size};
    HashThread hash;
    std::string buffer(piece_bytes, '\0');
    Kept kept;
    while (auto const got = file.read(buffer)) {
        std::string_view const piece{buffer.data(), got};
        kept.bytes += got;
        if (kept.bytes > size) break;
        hash.submit(piece);
        try {
            writer.write(piece);
        } catch (...) {
            hash.wait();
            throw;
        }
        hash.wait();
    }
    if (kept.bytes != size) refuse_change(path, size);
    kept.sha256 = hash.hex();
    if (named) named(kept);
    if (durable_already(kept.sha256)) return kept;
    publish(writer, path_of(kept.sha256), std::move(new_directories));
    kept.is_new = true;
    return kept;
}

bool Archive::holds(std::string_view sha256) const {
    return io::file_exists(path_of(sha256));
}

RawDocument Archive::read(std::string_view sha256) const {
    ContainerReader const container{path_of(sha256)};
    RawDocument document{container.provenance(), {}};
    container.stream(sha256, [&](std::string_view piece) { document.bytes += piece; });
    return document;
}

void Archive::stream(std::string_view sha256, std::function<void(std::string_view)> const& piece) const {
    ContainerReader{path_of(sha256)}.stream(sha256, piece);
}

std::vector<Damage> Archive::verify() const {
    std::vector<Damage> found;
    for (auto const& file : files_in(directory_)) {
        auto const hash = hash_of(file);
        if (hash.empty()) {
            found.push_back({file.string(), "is no object of the archive"});
            continue;
        }
        try {
            ContainerReader const container{file.string()};
            static_cast<void>(container.provenance());
            container.stream(hash, [](std::string_view) {});
        } catch (Error const& error) {
            found.push_back({file.string(), error.what()});
        }
    }
    return found;
}

std::vector<std::string> Archive::list() const {
    std::vector<std::string> hashes;
    for (auto const& file : files_in(directory_))
        if (auto hash = hash_of(file); !hash.empty()) hashes.push_back(std::move(hash));
    return hashes;
}

} // namespace gateway::raw
