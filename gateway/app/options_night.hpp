// What `kreislauf report` and `kreislauf plan` are asked for.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct NightOptions {
    std::string date; ///< of report: a day; empty = the last 24 hours
    bool html = false, mail = false;
    std::string out; ///< of report; empty = standard output
};

void add_report(CLI::App& command, NightOptions& options, std::string& config);
void add_plan(CLI::App& command, std::string& config);

} // namespace gateway::app
