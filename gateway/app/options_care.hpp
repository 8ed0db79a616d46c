// What the commands of operation are asked for: backup, restore, verify, doctor.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct CareOptions {
    std::string to;       ///< backup
    std::string from;     ///< restore; verify --repair
    bool compare = false; ///< restore: write nothing, say whether both are equal
    bool rebuild = false; ///< restore: `from` is a store, whose archive is read again
    bool repair = false;  ///< verify
    bool network = false; ///< doctor: ask the sources
};

struct Options;

void add_backup(CLI::App& command, CareOptions& care);
void add_restore(CLI::App& command, CareOptions& care);
void add_repair(CLI::App& verify, CareOptions& care);
void add_doctor(CLI::App& command, Options& options);

} // namespace gateway::app
