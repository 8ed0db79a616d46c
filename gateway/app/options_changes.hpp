// What `kreislauf changes` is asked for.
#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace gateway::app {

struct ChangesOptions {
    std::string action;     ///< list, announce, compact
    std::uint64_t from = 0; ///< of list: first entry; 0 = the newest ones
    std::uint64_t limit = 20;
    std::string dataset;
    std::string kind = "comment";
    std::string text;
    std::string before; ///< of compact: day
    bool due = false;   ///< of compact: what the configuration no longer keeps
};

/// `config`: of compact --due.
void add_changes(CLI::App& changes, ChangesOptions& options, std::string& config);

} // namespace gateway::app
