// What `kreislauf report` and `kreislauf plan` are asked for.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace gateway::app {

struct NightOptions {
    std::string date; ///< of report: a day; empty = the last 24 hours
    bool html = false, mail = false;
    std::string out;    ///< of report; empty = standard output
    bool due = false;   ///< of sync: only what the plan says
    bool all = false;   ///< of sync: also what should wait; of held list: also what was decided
    std::string reason; ///< of held release and refuse
};

void add_report(CLI::App& command, NightOptions& options, std::string& config);
void add_plan(CLI::App& command, std::string& config);
void add_sync_scope(CLI::App& command, NightOptions& options);
void add_daemon(CLI::App& command, std::string& config, std::vector<std::string>& service_urls);
void add_held(CLI::App& command, NightOptions& options, std::string& action, std::vector<std::string>& names);

} // namespace gateway::app
