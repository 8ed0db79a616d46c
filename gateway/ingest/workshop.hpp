// What every job needs: the store, the archive, the mappings, a clock. Collaborators, not owners.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/core/document.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/watch.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/store/store.hpp"

namespace gateway::ingest {

struct Workshop {
    store::Store& store;
    raw::Archive& archive;
    harmonize::MappingFiles const& mappings;
    harmonize::AreaRegister const& areas;
    std::string scratch; ///< directory for temporary files
    Clock clock;
    unsigned threads = 2;   ///< for large documents
    bool new_store = false; ///< it holds nothing yet, and may still be in the making
    Watcher watch = {};     ///< told while a document is read
    /// Takes what a load has no more use for, where the process ends with it. Empty: it is freed at once.
    std::function<void(std::shared_ptr<void>)> discard = {};
};

} // namespace gateway::ingest
