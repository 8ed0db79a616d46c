// What `kreislauf feed` is asked for, and the feed that `import` is told.
#pragma once

#include <string>
#include <vector>

namespace gateway::app {

struct FeedOptions {
    std::string name;   ///< of import --feed: "lsn/1-2-4"
    std::string action; ///< draft, check, compare, map, list
    std::string description, file, office, out;
    std::string dsd;   ///< of a draft: data structure of an SDMX message
    std::string other; ///< of compare: the second file
    std::size_t rows = 10;
};

} // namespace gateway::app
