// What `kreislauf subscribe` is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace gateway::app {

struct SubscribeOptions {
    std::string action; ///< add, list, show, change, pause, resume, end, failures, replay, run, verify
    std::string id;
    // What is said of a subscription; what is not said stays as it is.
    std::optional<std::string> title, way, address, format, territory;
    std::vector<std::string> areas, datasets, indicators, kinds; ///< "all" alone: no restriction
    std::vector<std::string> options;                            ///< NAME=VALUE of the way
    std::string owner;                                           ///< scope, "county:03159"
    std::string begin = "now";
    bool new_secret = false, lost = false;
    std::string state, reason;
    bool with_ended = false;
    std::uint64_t limit = 100;
    std::vector<std::int64_t> failures; ///< of replay; none = all that are open
    bool once = false;
    std::string public_url;
    std::string cursor, sha256; ///< of verify
};

void add_subscribe(CLI::App& subscribe, SubscribeOptions& options);

} // namespace gateway::app
