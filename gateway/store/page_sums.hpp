// Page sums: every page of store.sqlite carries a checksum of its own.
//
// SQLite leaves the last 8 bytes of each page free (reserved bytes, byte 20 of the file); what lies between SQLite
// and the file writes the sums there when a page goes to the file and compares them when one is read. So a bit
// that flips in a table, an index, a free page or the header is noticed before it is used, and nobody writes a
// damaged page back with a new sum. Pages in the log (-wal) have SQLite's own checksums.
//
// Shape    last 8 bytes: CRC-32C, then CRC-32, little-endian, both over the page's number (4 bytes, little-endian)
//          and the bytes before them. Of page 1, bytes 18 and 19 (journal or log) count as zero: they are changed
//          beside SQLite when a new store is published, and can be 2 only. A page of zeros was never written.
//          Of a file without reserved bytes (a store of version 1) nothing is checked: add_page_sums().
// Source   https://www.sqlite.org/fileformat2.html, https://www.sqlite.org/cksumvfs.html has the idea
// Threads  check_pages() may run while other processes write, but not in a process that has the store open itself: closing
//          its descriptor would drop the locks of SQLite. The rest needs the store for itself.
// Errors   reading a damaged page: Error corrupt_store (sql.cpp). Error io, conflict
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::store {

inline constexpr std::size_t page_bytes = 8192;
inline constexpr std::size_t page_sum_bytes = 8;

/// Name under which SQLite opens files with page sums; registers it at the first call.
char const* page_sums_vfs();

/// True where the page agrees with its sum. `number` from 1; `page` has page_bytes.
bool page_is_sound(std::uint32_t number, std::string_view page) noexcept;
/// Writes the sum into the end of the page.
void seal_page(std::uint32_t number, char* page) noexcept;

struct PageDamage {
    std::uint32_t page = 0; ///< from 1; 0 = the file as a whole, or its log
    std::string text;       ///< what is wrong, and what was done about it
    bool repaired = false;
};

struct PageCheck {
    std::uint64_t pages = 0;
    bool has_sums = false; ///< false for a store without sums: nothing was checked
    std::vector<PageDamage> damages;
    [[nodiscard]] bool is_sound() const noexcept;
};

/// Reads every page of `directory`/store.sqlite beside SQLite, and the frames of its log.
PageCheck check_pages(std::string const& directory);

/// The same, and mends what can be mended: one flipped bit from the two sums; any damage from the page of the same
/// sum in a backup's `backup_file` (empty = none). Every page is checked after it was written. Must be alone.
PageCheck repair_pages(std::string const& directory, std::string const& backup_file);

/// Gives a store of before the sums its sums; true where it had none. Writes the whole file anew, in one
/// transaction. Must be alone.
bool add_page_sums(std::string const& directory);

} // namespace gateway::store
