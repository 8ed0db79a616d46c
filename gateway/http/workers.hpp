// Threads for what blocks: handlers, body sources, encoding.
//
// Threads  any
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gateway::http {

class Workers {
  public:
    /// At least one thread.
    explicit Workers(unsigned threads);
    ~Workers();
    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    /// False where more than `most_waiting` wait already. A job does not throw.
    bool add(std::function<void()> job, std::size_t most_waiting);
    /// Jobs that wait are thrown away, those that run end first.
    void stop();
    [[nodiscard]] std::size_t waiting() const;

  private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace gateway::http
