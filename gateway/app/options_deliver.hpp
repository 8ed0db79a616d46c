// What `kreislauf deliver` is asked for.
#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct DeliverOptions {
    std::string file, agreement, url;
    std::string key_file; ///< empty = $KREISLAUF_KEY
    std::string embargo, comment, reason, replaces;
    bool accept_rest = false, full = false;
    bool dry_run = false, release = false;
    std::uint64_t piece_kib = 4096;
    unsigned tries = 10;          ///< in a row, before it gives up
    unsigned wait_seconds = 3600; ///< for the report
};

void add_deliver(CLI::App& deliver, DeliverOptions& options);

} // namespace gateway::app
