// Checking and mending the pages of store.sqlite beside SQLite; see page_sums.hpp.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/crc32.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/flipped_bit.hpp"
#include "gateway/store/checksum.hpp"
#include "gateway/store/log_check.hpp"
#include "gateway/store/page_sums.hpp"
#include "gateway/store/sql.hpp"

namespace gateway::store {
namespace {

constexpr std::size_t versions_at = 18;
constexpr char with_log = 2;
constexpr std::size_t reserved_at = 20;
constexpr auto summed_bytes = page_bytes - page_sum_bytes;
constexpr std::size_t name_bytes = 4; ///< the number of the page goes before its bytes
constexpr std::size_t block_pages = 128;

class PageFile {
  public:
    PageFile(std::string path, bool for_writing)
        : path_(std::move(path)),
          file_(::open(path_.c_str(), (for_writing ? O_RDWR : O_RDONLY) | O_CLOEXEC)) {
        if (file_ < 0)
            throw Error{errno == ENOENT ? Errc::not_found : Errc::io,
                        io::reason_text("cannot open", path_, errno)};
    }
    ~PageFile() { ::close(file_); }
    PageFile(PageFile const&) = delete;
    PageFile& operator=(PageFile const&) = delete;

    [[nodiscard]] std::uint64_t size() const {
        struct stat info {};
        if (::fstat(file_, &info) != 0) throw Error{Errc::io, io::reason_text("cannot read", path_, errno)};
        return static_cast<std::uint64_t>(info.st_size);
    }
    /// Bytes read; fewer at the end of the file.
    std::size_t read(std::uint64_t at, char* out, std::size_t bytes) const {
        std::size_t done = 0;
        while (done < bytes) {
            auto const got = ::pread(file_, out + done, bytes - done, static_cast<off_t>(at + done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) throw Error{Errc::io, io::reason_text("cannot read", path_, errno)};
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }
    void write(std::uint64_t at, std::string_view bytes) const {
        if (::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
            static_cast<ssize_t>(bytes.size()))
            throw Error{Errc::io, io::reason_text("cannot write", path_, errno)};
    }
    void sync() const {
        if (::fdatasync(file_) != 0) throw Error{Errc::io, io::reason_text("cannot sync", path_, errno)};
    }
    /// Keeps every connection of SQLite out, as its own exclusive lock would.
    void lock_all() const {
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start =
            0x40000000; // https://www.sqlite.org/lockingv3.html: PENDING, RESERVED and SHARED bytes
        lock.l_len = 512;
        if (::fcntl(file_, F_SETLK, &lock) != 0)
            throw Error{Errc::conflict,
                        path_ + ": another process has the store open; stop the service and every sync, then "
                                "run the command again"};
    }

  private:
    std::string path_;
    int file_;
};

std::uint64_t offset_of(std::uint32_t page) noexcept {
    return (std::uint64_t{page} - 1) * page_bytes;
}

std::uint32_t word_at(std::string_view page, std::size_t at) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 4; i-- > 0;) value = value << 8U | static_cast<unsigned char>(page[at + i]);
    return value;
}

bool is_one_bit(std::uint32_t word) noexcept {
    return word != 0 && (word & (word - 1)) == 0;
}

/// What is wrong with the bytes that are no part of the sum; empty where nothing is.
std::string version_trouble(std::string_view page) {
    if (page[versions_at] == with_log && page[versions_at + 1] == with_log) return {};
    return "bytes 18 and 19 are " + std::to_string(static_cast<unsigned char>(page[versions_at])) + " and " +
           std::to_string(static_cast<unsigned char>(page[versions_at + 1])) + " instead of 2 and 2";
}

/// A page that was never written holds zeros and no sum: the only bit that is set is the one.
bool was_empty(std::string_view page) noexcept {
    int bits = 0;
    for (char const c : page) bits += std::popcount(static_cast<unsigned char>(c));
    return bits == 1;
}

/// Turns the one bit back whose turning over explains both sums; what was done, or nothing.
std::optional<std::string> turn_back(std::uint32_t number, std::string& page) {
    if (was_empty(page)) {
        page.assign(page_bytes, '\0');
        return "one flipped bit in a page that was never written, turned back";
    }
    std::string expected = page;
    seal_page(number, expected.data());
    auto const first = word_at(page, summed_bytes) ^ word_at(expected, summed_bytes);
    auto const second = word_at(page, summed_bytes + 4) ^ word_at(expected, summed_bytes + 4);
    if ((second == 0 && is_one_bit(first)) || (first == 0 && is_one_bit(second))) {
        page = std::move(expected);
        return "one flipped bit in its checksum, turned back";
    }
    auto const length = name_bytes + summed_bytes;
    auto const found = io::find_flipped_bit(io::crc32c_polynomial, first, length);
    if (!found || found->byte < name_bytes ||
        found != io::find_flipped_bit(io::crc32_polynomial, second, length))
        return std::nullopt;
    auto const at = static_cast<std::size_t>(found->byte) - name_bytes;
    auto mended = page;
    mended[at] = static_cast<char>(static_cast<unsigned char>(mended[at]) ^ (1U << found->bit));
    if (!page_is_sound(number, mended)) return std::nullopt;
    page = std::move(mended);
    return "one flipped bit at byte " + std::to_string(offset_of(number) + at) + ", bit " +
           std::to_string(found->bit) + ", turned back";
}

/// The page of the same sum in a backup.
bool take_from(PageFile const& backup, std::uint32_t number, std::string& page) {
    std::string other(page_bytes, '\0');
    if (backup.read(offset_of(number), other.data(), page_bytes) != page_bytes) return false;
    if (other.substr(summed_bytes) != page.substr(summed_bytes) || !page_is_sound(number, other))
        return false;
    page = std::move(other);
    return true;
}

class PageChecker {
  public:
    PageChecker(std::string const& directory, bool repair, std::string const& backup_file)
        : directory_(directory), file_(directory + "/store.sqlite", repair), repair_(repair) {
        if (repair) file_.lock_all();
        if (!backup_file.empty()) backup_.emplace(backup_file, false);
    }

    PageCheck run() {
        log_ = look_at_log(directory_ + "/store.sqlite-wal");
        auto const size = file_.size();
        check_.pages = (size + page_bytes - 1) / page_bytes;
        check_.has_sums = find_sums();
        if (check_.has_sums) {
            std::string block(block_pages * page_bytes, '\0');
            for (std::uint64_t at = 0; at < size; at += block.size()) {
                auto const got = file_.read(at, block.data(), block.size());
                for (std::size_t in = 0; in < got; in += page_bytes)
                    look(static_cast<std::uint32_t>((at + in) / page_bytes) + 1,
                         std::string_view{block}.substr(in, std::min(page_bytes, got - in)));
            }
            if (wrote_) file_.sync();
        }
        for (auto& text : log_.troubles) check_.damages.push_back({0, std::move(text), false});
        return std::move(check_);
    }

  private:
    /// A store says itself that it has sums; where that byte is the damaged one, its pages do.
    bool find_sums() const {
        std::string page(page_bytes, '\0');
        constexpr std::uint32_t looked_at = 64;
        for (std::uint32_t number = 1; number <= looked_at; ++number) {
            if (file_.read(offset_of(number), page.data(), page_bytes) != page_bytes) break;
            if (number == 1 && static_cast<unsigned char>(page[reserved_at]) == page_sum_bytes) return true;
            bool const empty = page.find_first_not_of('\0') == std::string::npos;
            if (!empty && page_is_sound(number, page)) return true;
        }
        return false;
    }

    void look(std::uint32_t number, std::string_view bytes) {
        if (log_.pages.count(number) != 0) return; // what counts stands in the log, which has sums of its own
        if (bytes.size() < page_bytes) {
            check_.damages.push_back(
                {number, "the file ends inside the page, after " + std::to_string(bytes.size()) + " bytes",
                 false});
            return;
        }
        std::string page{bytes};
        for (int again = 0; !page_is_sound(number, page) && again < 3; ++again) {
            // Whoever moves the log into the file may be writing just this page.
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            file_.read(offset_of(number), page.data(), page_bytes);
        }
        if (!page_is_sound(number, page)) damaged(number, page);
        if (number == 1) versions(page);
    }

    void damaged(std::uint32_t number, std::string& page) {
        PageDamage damage{number, "the page does not agree with its checksum", false};
        auto mended = page;
        auto const bit = turn_back(number, mended);
        if (bit) {
            damage.text += ": " + *bit;
        } else if (backup_ && take_from(*backup_, number, mended)) {
            damage.text += ": taken from the backup, where it has the same checksum";
        } else {
            damage.text += ": more than one bit is damaged, or another program has written here";
            check_.damages.push_back(std::move(damage));
            return;
        }
        if (repair_) {
            store(number, mended);
            damage.repaired = true;
        } else if (auto const at = damage.text.rfind(", turned back"); at != std::string::npos) {
            damage.text.replace(at, std::string::npos, ", which --repair turns back");
        }
        page = std::move(mended);
        check_.damages.push_back(std::move(damage));
    }

    void versions(std::string& page) {
        auto text = version_trouble(page);
        if (text.empty()) return;
        if (repair_) {
            page[versions_at] = page[versions_at + 1] = with_log;
            store(1, page);
            text += ", set";
        }
        check_.damages.push_back({1, std::move(text), repair_});
    }

    void store(std::uint32_t number, std::string const& page) {
        file_.write(offset_of(number), page);
        wrote_ = true;
    }

    std::string directory_;
    PageFile file_;
    std::optional<PageFile> backup_;
    bool repair_;
    bool wrote_ = false;
    WalState log_;
    PageCheck check_;
};

} // namespace

bool PageCheck::is_sound() const noexcept {
    return std::all_of(damages.begin(), damages.end(), [](PageDamage const& each) { return each.repaired; });
}

PageCheck check_pages(std::string const& directory) {
    return PageChecker{directory, false, {}}.run();
}

PageCheck repair_pages(std::string const& directory, std::string const& backup_file) {
    return PageChecker{directory, true, backup_file}.run();
}

bool add_page_sums(std::string const& directory) {
    Database database{directory + "/store.sqlite", Database::Mode::read_write};
    int reserved = -1; // asks
    auto const control = [&database](int& bytes) {
        if (int const code =
                sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
            code != SQLITE_OK)
            database.fail(code);
    };
    database.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_checkpoint(TRUNCATE)");
    database.execute("BEGIN EXCLUSIVE; COMMIT");
    control(reserved);
    if (reserved == static_cast<int>(page_sum_bytes)) return false;
    reserved = static_cast<int>(page_sum_bytes);
    control(reserved);
    database.execute("VACUUM");
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
}

} // namespace gateway::store
