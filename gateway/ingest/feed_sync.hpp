// Sync of a feed: over HTTP with ETag and If-Modified-Since, or from a directory.
//
// What a server answers is archived and recorded before it is read. 304, or the bytes of the last time, is
// "unchanged"; where the description has changed since, the server is asked without conditions.
//
// Errors   those that concern the whole source (disk, store); everything about one feed is its outcome
#pragma once

#include <string>
#include <vector>

#include "gateway/harmonize/feed_description.hpp"
#include "gateway/ingest/outcome.hpp"

namespace gateway::ingest {

struct FeedSource {
    std::string source; ///< id in the configuration, for reports
    /// Address in place of the description's: "https://...", or "directory:PATH"; one that ends in '/' is completed
    /// with the first file name of the description. Empty = as described.
    std::string url;
    bool force = false;
    BeforeLoad before_load = {};
    std::string expected_since = {}; ///< see mark_late()
};

/// One report per document: several where a directory holds several files of the feed.
std::vector<LoadReport> sync_feed(Workshop& shop, Transport& transport, harmonize::FeedRef const& ref,
                                  FeedSource const& from);

} // namespace gateway::ingest
