#include "gateway/io/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "gateway/core/error.hpp"

namespace gateway::io {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    [[nodiscard]] int get() const noexcept { return number_; }

  private:
    int number_;
};

[[noreturn]] void refuse(std::string_view what, std::string_view path, int reason) {
    throw Error{reason == ENOENT ? Errc::not_found : Errc::io, reason_text(what, path, reason)};
}

int open_to_read(std::string const& path) {
    auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) refuse("cannot open", path, errno);
    return file;
}

std::size_t size_of(int file, std::string const& path) {
    struct stat info {};
    if (::fstat(file, &info) != 0) refuse("cannot read", path, errno);
    if (S_ISDIR(info.st_mode)) refuse("cannot read", path, EISDIR);
    return static_cast<std::size_t>(info.st_size);
}

} // namespace

std::string reason_text(std::string_view what, std::string_view path, int error_number) {
    std::string text{what};
    text += ' ';
    text += path;
    text += ": ";
    text += std::generic_category().message(error_number);
    return text;
}

MappedFile::MappedFile(std::string const& path) {
    Descriptor const file{open_to_read(path)};
    size_ = size_of(file.get(), path);
    if (size_ == 0) return; // mmap refuses length 0
    auto* const memory = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (memory == MAP_FAILED) {
        size_ = 0;
        refuse("cannot map", path, errno);
    }
    ::madvise(memory, size_, MADV_SEQUENTIAL);
    data_ = static_cast<char const*>(memory);
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

std::string read_file(std::string const& path) {
    Descriptor const file{open_to_read(path)};
    // One byte more than stat says, so that the end is found without growing.
    std::string bytes(size_of(file.get(), path) + 1, '\0');
    std::size_t done = 0;
    // Reads until the end, whatever stat said: pipes and files that grow are read whole.
    for (;;) {
        if (done == bytes.size()) bytes.resize(bytes.size() + 4096);
        auto const got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse("cannot read", path, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

void sync_directory(std::string const& path) {
    Descriptor const directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.get() < 0 || ::fsync(directory.get()) != 0) refuse("cannot sync directory", path, errno);
}

MadeDirectories make_directories_unsynced(std::string const& path) {
    std::filesystem::path const wanted{path.empty() ? "." : path};
    std::error_code reason;
    if (std::filesystem::is_directory(wanted, reason)) return {};
    auto parent = wanted.parent_path();
    if (!wanted.has_filename()) { // "a/b/" names the directory "a/b"
        return make_directories_unsynced(parent.string());
    }
    if (parent.empty()) parent = ".";
    auto result = make_directories_unsynced(parent.string());
    result.made = ::mkdir(wanted.c_str(), 0777) == 0;
    if (!result.made && errno != EEXIST) refuse("cannot create directory", path, errno);
    if (!std::filesystem::is_directory(wanted, reason)) refuse("cannot create directory", path, ENOTDIR);
    result.to_sync.push_back(parent.string());
    return result;
}

bool make_directories(std::string const& path) {
    auto const result = make_directories_unsynced(path);
    for (auto const& directory : result.to_sync) sync_directory(directory);
    return result.made;
}

std::optional<FileStamp> find_stamp(std::string const& path) noexcept {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    auto const nanoseconds = [](timespec const& time) {
        constexpr std::int64_t per_second = 1'000'000'000;
        return std::int64_t{time.tv_sec} * per_second + std::int64_t{time.tv_nsec};
    };
    return FileStamp{info.st_dev, info.st_ino, static_cast<std::uint64_t>(info.st_size),
                     nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

FileStamp stamp_of(std::string const& path) {
    auto const stamp = find_stamp(path);
    if (!stamp) refuse("cannot read", path, errno);
    return *stamp;
}

bool file_exists(std::string const& path) noexcept {
    return ::access(path.c_str(), F_OK) == 0;
}

} // namespace gateway::io
