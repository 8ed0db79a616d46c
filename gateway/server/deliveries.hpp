// The intake beside the server: its addresses, and the threads that check, release and watch a folder.
//
// There is none where no delivery agreement is configured; agreements that come later count after a restart.
// Threads  start() begins two; the destructor ends them between two steps. What a step could not do is tried again.
// Errors   Error malformed for an agreement that cannot be read
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/serve/call.hpp"
#include "gateway/serve/settings.hpp"
#include "gateway/server/options.hpp"

namespace gateway::server {

class Deliveries {
  public:
    Deliveries(Options const& options, std::string const& data,
               std::function<void(std::string_view)> const& complain);
    ~Deliveries();
    Deliveries(Deliveries const&) = delete;
    Deliveries& operator=(Deliveries const&) = delete;

    /// Empty where there is no intake. Their handlers use this object.
    [[nodiscard]] std::vector<serve::Route> routes();
    /// What is under review, as of a second ago; null where there is no intake.
    [[nodiscard]] std::function<std::vector<serve::UnderReview>()> under_review();
    void start();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_; ///< null: no intake
};

} // namespace gateway::server
