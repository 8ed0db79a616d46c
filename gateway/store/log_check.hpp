// The log beside the store (store.sqlite-wal): is what it holds what was written?
//
// SQLite reads a log that somebody left behind up to the first frame whose checksum does not agree, and takes the
// rest for what a kill cut off. One flipped bit there would take commits away without a word. A cut-off rest and a
// flipped bit can be told apart: turning that bit back makes the frame agree.
//
// Source   https://www.sqlite.org/fileformat2.html#the_write_ahead_log
// Errors   Error io
#pragma once

#include <string>
#include <vector>

namespace gateway::store {

/// One text for each damage; empty where the log is sound, cut off by a kill, or not there.
std::vector<std::string> log_troubles(std::string const& path);

} // namespace gateway::store
