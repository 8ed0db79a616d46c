// Retention: how much of the change log is kept, and dropping the rest.
//
// Units    years of 366 days, so that a year is never cut short; entries as the log counts them
// Errors   as gateway/store/store.hpp
#pragma once

#include <cstdint>

#include "gateway/store/store.hpp"

namespace gateway::query {

struct Retention {
    unsigned years = 0;        ///< entries of so many years stay; 0 = all
    std::uint64_t entries = 0; ///< so many entries stay, the newest; 0 = all
    /// What is younger stays whatever `entries` says: whoever reads the feed once a month loses nothing.
    static constexpr unsigned least_days = 31;
};

/// Up to which entry the log may be dropped; 0 = nothing is due. The order is that of the numbers: where a clock was
/// set back, what comes first stays with what follows it.
std::uint64_t due_for_compaction(store::Store const& store, Retention const& retention, UnixTime now);

/// Drops it, leaving one entry that says so. The number of the last entry that was dropped now; 0 = nothing was due.
/// To be called after each night: a second call finds nothing to do.
std::uint64_t compact_due(store::Store& store, Retention const& retention, UnixTime now);

} // namespace gateway::query
