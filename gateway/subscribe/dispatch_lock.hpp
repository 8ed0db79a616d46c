// The lock that lets one dispatcher of a ledger work at a time; a kill gives it back. Internal to gateway/subscribe.
//
// Errors   conflict where another one has it; io
#pragma once

#include <string>

namespace gateway::subscribe {

class DispatchLock {
  public:
    explicit DispatchLock(std::string const& path);
    ~DispatchLock();
    DispatchLock(DispatchLock const&) = delete;
    DispatchLock& operator=(DispatchLock const&) = delete;

  private:
    int file_;
};

} // namespace gateway::subscribe
