// What `kreislauf delivery` is asked for.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct DeliveryOptions {
    std::string action; ///< list, show, report, release, withdraw, recall, quarantine, agreements, work
    std::string id;
    std::string agreement, office, stage; ///< of list
    std::string who;                      ///< who acts; empty = the user of this machine
    std::string reason;                   ///< of release
    std::string why;                      ///< of withdraw and recall
    bool sealed = false;
    bool html = false;  ///< of report
    std::string out;    ///< of report and quarantine; empty = standard output
    bool wait = false;  ///< of work: goes on until it is ended
    std::string folder; ///< of work: files are taken from here, too; empty = as the configuration says
};

/// `config`: the configuration file that an action names.
void add_delivery(CLI::App& delivery, DeliveryOptions& options, std::string& config);

} // namespace gateway::app
