// Deliveries beside the daemon: what offices put into the watched folder, or handed in, is checked and released also where
// the server does not run.
//
// Whoever works, works under the locks of the intake: with the server beside it nothing is done twice, and the folder is
// looked into by the one that came first; the other takes over when that one ends. Begins when there is a folder in the
// configuration, or a delivery.
//
// Threads  its own; the destructor ends them, waiting for the check that is under way
// Errors   none; what goes wrong is said, and tried again
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace gateway::app {

class DaemonDeliveries {
  public:
    /// `folder`: as in [intake]; empty = none. `say` is called on other threads.
    DaemonDeliveries(std::string store_directory, std::string folder,
                     std::function<void(std::string_view)> say);

  private:
    std::jthread thread_;
};

} // namespace gateway::app
