// What `kreislauf receipt` is asked for.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace gateway::app {

struct ReceiptOptions {
    std::string action;   ///< list, show, verify, chain, key
    std::string delivery; ///< of list
    std::string which;    ///< of show: number, delivery or hash
    std::string receipt;  ///< of verify: a file
    std::string key, file;
    bool renew = false;
    bool receipts_only = false;
};

void add_receipt(CLI::App& receipt, ReceiptOptions& options);

} // namespace gateway::app
