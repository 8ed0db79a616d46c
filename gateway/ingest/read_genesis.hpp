// Reading what GENESIS sends into a harmonizer: flat files, cubes, ZIPs with one of them.
//
// Large documents are read by several threads, or unpacked, read and harmonized by one each.
//
// Errors   Error not_a_table, empty_document for what is no table; those of adapters/genesis/reader.hpp
#pragma once

#include <string_view>

#include "gateway/harmonize/table.hpp"
#include "gateway/ingest/watch.hpp"

namespace gateway::ingest {

/// `mark` is the decimal mark of the language asked for, '\0' where nobody knows.
void read_genesis(std::string_view bytes, harmonize::TableHarmonizer& table, unsigned threads, char mark,
                  Watcher const& watcher);

} // namespace gateway::ingest
