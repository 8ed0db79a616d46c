// SHA-256 on a second thread, beside whatever the first does with the same bytes.
//
// Hashing and packing a file cost about the same; side by side a file of 1.3 GB is kept in one second
// instead of two.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/io/sha256.hpp"

namespace gateway::raw {

class HashThread {
  public:
    HashThread();
    ~HashThread();
    HashThread(HashThread const&) = delete;
    HashThread& operator=(HashThread const&) = delete;
    /// Takes the next bytes, which must stay until wait() returns.
    void submit(std::string_view bytes);
    void wait();
    /// After wait().
    std::string hex() { return sum_.hex(); }

  private:
    void run();

    io::Sha256 sum_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string_view bytes_;
    bool busy_ = false;
    bool ended_ = false;
    std::thread thread_;
};

} // namespace gateway::raw
