// What `kreislauf key` is asked for.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct KeyOptions {
    std::string action; ///< create, list, revoke, log
    std::string scope, expires, purpose;
    std::string id;
    bool verify = false;
    bool prune = false;
};

void add_key(CLI::App& key, KeyOptions& options);

} // namespace gateway::app
