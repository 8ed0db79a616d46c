// Files: mapped reading and writing that survives a power cut.
//
// Durable means: written under a temporary name in the directory, synced, renamed, directory synced. After
// that the name has the whole content or does not exist. A temporary file holds a lock while its writer
// lives, so that what a kill left behind can be told from what is being written.
//
// Errors   Error io naming path and reason; on writing also how much was to be written. not_found where a
//          file to be read does not exist.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::io {

/// A file in memory, read only. The view lives as long as the object.
class MappedFile {
  public:
    explicit MappedFile(std::string const& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(MappedFile const&) = delete;
    MappedFile& operator=(MappedFile const&) = delete;

    [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }

  private:
    char const* data_ = nullptr;
    std::size_t size_ = 0;
};

std::string read_file(std::string const& path);

void write_durable(std::string const& path, std::string_view bytes);

/// The same in pieces. Removes itself unless committed.
class DurableFile {
  public:
    /// Opens a temporary file in `directory`, which must exist. `expected_bytes` is for messages only.
    explicit DurableFile(std::string directory, std::uint64_t expected_bytes = 0);
    ~DurableFile();
    DurableFile(DurableFile&& other) noexcept;
    DurableFile& operator=(DurableFile&&) = delete;
    DurableFile(DurableFile const&) = delete;
    DurableFile& operator=(DurableFile const&) = delete;

    void append(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Syncs and moves to `path`, replacing what is there; same file system. Durable on return. New directories of
    /// the path are synced between the two: the sync of the file has taken most of them along.
    void commit(std::string const& path, std::span<std::string const> new_directories = {});

  private:
    void flush(std::string_view bytes);
    [[noreturn]] void fail(std::string const& what, int reason) const;

    std::string directory_;
    std::string name_;
    std::string buffer_;
    std::uint64_t expected_ = 0;
    std::uint64_t size_ = 0;
    int file_ = -1;
};

/// Removes temporary files in `directory` whose writer is gone; returns how many.
std::size_t remove_leftovers(std::string const& directory);
/// True for the name of a temporary file.
bool is_temporary(std::string_view file_name) noexcept;

void sync_directory(std::string const& path);
/// Creates a directory and its parents, durably; fine where it exists. True where this call made it: then its
/// entry is durable, which one that was found need not be.
bool make_directories(std::string const& path);
/// The same without waiting for the disk.
struct MadeDirectories {
    bool made = false;                ///< the directory itself
    std::vector<std::string> to_sync; ///< what must be synced before the new entries are durable
};
MadeDirectories make_directories_unsynced(std::string const& path);
/// What tells one state of a file from another without reading it.
struct FileStamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0, changed_ns = 0;
    friend bool operator==(FileStamp const&, FileStamp const&) = default;
};
FileStamp stamp_of(std::string const& path);
/// Nothing where there is no such file, or none that can be asked.
std::optional<FileStamp> find_stamp(std::string const& path) noexcept;

[[nodiscard]] bool file_exists(std::string const& path) noexcept;

/// "cannot read /x/y: Permission denied"
std::string reason_text(std::string_view what, std::string_view path, int error_number);

} // namespace gateway::io
