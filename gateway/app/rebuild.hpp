// Rebuilding a store from its raw archive, where its figures are damaged and no backup helps.
//
// The tables that say what was loaded when (datasets, vintages, documents, mappings) are small and mostly sound when a
// page of figures is not. Vintage by vintage, in the order in which they came, the document is read again from the
// archive with the mapping of that time and loaded into a new store, at the time it was loaded then. Equal documents
// and mappings make equal figures: a sound store that is rebuilt has the same content hash.
//
// Errors   Error corrupt_store where the old store cannot even say what was loaded; invalid_argument where the new place
//          is not empty; io
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/app/options.hpp"
#include "gateway/store/store.hpp"

namespace gateway::app {

struct RebuildReport {
    std::uint64_t documents = 0, vintages = 0;
    std::string content_hash;
    /// Vintages that are not in the new store, or came out with other counts than then.
    std::vector<store::Problem> differences;
};

/// From the store in `old_directory` into the empty directory `options.store`.
RebuildReport rebuild(Options const& options, std::string const& old_directory);

} // namespace gateway::app
