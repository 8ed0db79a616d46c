// The layer between SQLite and the file of the store; see page_sums.hpp. Everything but reading and writing whole
// pages of the main file is handed on.
#include <sqlite3.h>

#include <array>
#include <cstring>
#include <new>

#include "gateway/io/crc32.hpp"
#include "gateway/store/checksum.hpp"
#include "gateway/store/page_sums.hpp"

namespace gateway::store {
namespace {

constexpr std::string_view file_magic{"SQLite format 3\0", 16};
constexpr std::size_t versions_at = 18;
constexpr std::size_t versions_end = 20;
constexpr std::size_t reserved_at = 20;
constexpr std::size_t header_bytes = 100;
constexpr auto summed_bytes = page_bytes - page_sum_bytes;

struct Sums {
    std::array<char, page_sum_bytes> bytes{};
    void add(std::string_view part) noexcept {
        first = crc32c(first, part);
        second = io::crc32(second, part);
    }
    void write() noexcept {
        for (unsigned i = 0; i < 4; ++i) {
            bytes[i] = static_cast<char>(first >> (8 * i));
            bytes[4 + i] = static_cast<char>(second >> (8 * i));
        }
    }
    std::uint32_t first = 0, second = 0;
};

Sums sums_of(std::uint32_t number, std::string_view page) noexcept {
    Sums sums;
    std::array<char, 4> name{};
    for (unsigned i = 0; i < 4; ++i) name[i] = static_cast<char>(number >> (8 * i));
    sums.add({name.data(), name.size()});
    if (number == 1) {
        sums.add(page.substr(0, versions_at));
        sums.add({"\0\0", versions_end - versions_at});
        sums.add(page.substr(versions_end, summed_bytes - versions_end));
    } else {
        sums.add(page.substr(0, summed_bytes));
    }
    sums.write();
    return sums;
}

bool is_zero(std::string_view page) noexcept {
    return page[0] == '\0' && std::memcmp(page.data(), page.data() + 1, page.size() - 1) == 0;
}

/// What SQLite knows as the file; the file of the layer below lies behind it.
struct SummedFile {
    sqlite3_file base;
    bool has_sums;
};

sqlite3_file* below(sqlite3_file* file) noexcept {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(SummedFile));
}
bool& sums_flag(sqlite3_file* file) noexcept {
    return reinterpret_cast<SummedFile*>(file)->has_sums;
}

/// The start of the file says whether its pages have sums.
void look_at_start(sqlite3_file* file, void const* bytes, int amount, sqlite3_int64 at) noexcept {
    if (at != 0 || amount < static_cast<int>(header_bytes)) return;
    std::string_view const start{static_cast<char const*>(bytes), header_bytes};
    sums_flag(file) = start.substr(0, file_magic.size()) == file_magic &&
                      static_cast<unsigned char>(start[reserved_at]) == page_sum_bytes;
}

bool is_page(sqlite3_file* file, int amount, sqlite3_int64 at) noexcept {
    return sums_flag(file) && amount == static_cast<int>(page_bytes) &&
           at % static_cast<sqlite3_int64>(page_bytes) == 0;
}
std::uint32_t number_of(sqlite3_int64 at) noexcept {
    return static_cast<std::uint32_t>(at / static_cast<sqlite3_int64>(page_bytes)) + 1;
}

int read(sqlite3_file* file, void* bytes, int amount, sqlite3_int64 at) {
    auto* const real = below(file);
    auto read_once = [&] { return real->pMethods->xRead(real, bytes, amount, at); };
    int code = read_once();
    if (code != SQLITE_OK) return code;
    look_at_start(file, bytes, amount, at);
    // Another process may be writing this page from the log: then a second look sees it whole.
    for (int look = 0; look < 3 && is_page(file, amount, at); ++look) {
        if (page_is_sound(number_of(at), {static_cast<char const*>(bytes), page_bytes})) return SQLITE_OK;
        if (look == 2) return SQLITE_IOERR_DATA;
        if (code = read_once(); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int write(sqlite3_file* file, void const* bytes, int amount, sqlite3_int64 at) {
    auto* const real = below(file);
    look_at_start(file, bytes, amount, at);
    if (!is_page(file, amount, at)) return real->pMethods->xWrite(real, bytes, amount, at);
    std::array<char, page_bytes> page;
    std::memcpy(page.data(), bytes, page_bytes);
    seal_page(number_of(at), page.data());
    return real->pMethods->xWrite(real, page.data(), amount, at);
}

int close(sqlite3_file* file) {
    auto* const real = below(file);
    return real->pMethods->xClose(real);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return below(file)->pMethods->xTruncate(below(file), size);
}
int sync(sqlite3_file* file, int flags) {
    return below(file)->pMethods->xSync(below(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return below(file)->pMethods->xFileSize(below(file), size);
}
int lock(sqlite3_file* file, int kind) {
    return below(file)->pMethods->xLock(below(file), kind);
}
int unlock(sqlite3_file* file, int kind) {
    return below(file)->pMethods->xUnlock(below(file), kind);
}
int check_reserved_lock(sqlite3_file* file, int* held) {
    return below(file)->pMethods->xCheckReservedLock(below(file), held);
}
int file_control(sqlite3_file* file, int what, void* argument) {
    return below(file)->pMethods->xFileControl(below(file), what, argument);
}
int sector_size(sqlite3_file* file) {
    return below(file)->pMethods->xSectorSize(below(file));
}
int device_characteristics(sqlite3_file* file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
    below(file)->pMethods->xShmBarrier(below(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

// Version 2 has no mapped pages: every page comes through read().
sqlite3_io_methods const methods{2,
                                 close,
                                 read,
                                 write,
                                 truncate,
                                 sync,
                                 file_size,
                                 lock,
                                 unlock,
                                 check_reserved_lock,
                                 file_control,
                                 sector_size,
                                 device_characteristics,
                                 shm_map,
                                 shm_lock,
                                 shm_barrier,
                                 shm_unmap,
                                 nullptr,
                                 nullptr};

int open(sqlite3_vfs* vfs, char const* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* const real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return real->xOpen(real, name, file, flags, out_flags);
    auto* const inner = below(file);
    std::memset(file, 0, sizeof(SummedFile) + static_cast<std::size_t>(real->szOsFile));
    int const code = real->xOpen(real, name, inner, flags, out_flags);
    // SQLite closes whatever has methods, opened or not.
    if (inner->pMethods != nullptr) file->pMethods = &methods;
    return code;
}

char const* register_vfs() {
    static sqlite3_vfs vfs;
    static constexpr char const* name = "kreislauf";
    auto* const real = sqlite3_vfs_find(nullptr);
    if (real == nullptr) return nullptr;
    // Whatever concerns names, time and chance is the layer below itself.
    vfs = *real;
    vfs.zName = name;
    vfs.pNext = nullptr;
    vfs.szOsFile = static_cast<int>(sizeof(SummedFile)) + real->szOsFile;
    vfs.pAppData = real;
    vfs.xOpen = open;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? name : nullptr;
}

} // namespace

bool page_is_sound(std::uint32_t number, std::string_view page) noexcept {
    auto const sums = sums_of(number, page);
    return std::memcmp(page.data() + summed_bytes, sums.bytes.data(), page_sum_bytes) == 0 || is_zero(page);
}

void seal_page(std::uint32_t number, char* page) noexcept {
    auto const sums = sums_of(number, {page, page_bytes});
    std::memcpy(page + summed_bytes, sums.bytes.data(), page_sum_bytes);
}

char const* page_sums_vfs() {
    static char const* const name = register_vfs();
    return name;
}

} // namespace gateway::store
