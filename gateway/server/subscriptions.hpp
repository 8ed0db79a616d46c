// Subscriptions beside the server: their addresses, and the thread that delivers what changed.
//
// Threads  start() begins one, which delivers on more; the destructor lets what has begun come to its end. Where another
//          program dispatches for this store, it is waited for.
// Store    one that is made while this runs has its subscriptions within seconds
// Errors   Error malformed of the constructor for a subscriptions.toml that cannot be read. Where the ledger cannot be
//          made (a store on a disk that is only read), there are no subscriptions, the operator is told once, and it is
//          tried again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/server/options.hpp"

namespace gateway::server {

class Subscriptions {
  public:
    Subscriptions(Options const& options, std::string const& data,
                  std::function<void(std::string_view)> const& complain);
    ~Subscriptions();
    Subscriptions(Subscriptions const&) = delete;
    Subscriptions& operator=(Subscriptions const&) = delete;

    /// Their handlers use this object.
    [[nodiscard]] std::vector<serve::Route> routes();
    void start();
    /// Begins nothing more; does not wait.
    void request_stop();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace gateway::server
