// The log beside the store (store.sqlite-wal): is what it holds what was written?
//
// SQLite reads a log that somebody left behind up to the first frame whose checksum does not agree, and takes the
// rest for what a kill cut off. One flipped bit there would take commits away without a word. A cut-off rest and a
// flipped bit can be told apart: turning that bit back makes the frame agree.
//
// Source   https://www.sqlite.org/fileformat2.html#the_write_ahead_log
// Errors   Error io
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace gateway::store {

struct WalState {
    std::vector<std::string>
        troubles; ///< one text for each damage; empty where it is sound, cut off by a kill, or absent
    /// Numbers of the pages that commits in it hold. What the file has in their place does not count: moving the log
    /// into the file may have been cut off within one of them, and is done again.
    std::set<std::uint32_t> pages;
};
WalState look_at_log(std::string const& path);

} // namespace gateway::store
