// Threads for what blocks: handlers, body sources, encoding.
//
// Lanes    a short request never waits behind a long answer: what is brief goes first, and long work runs on half of the
//          threads at most, and on no more than there are processors. After some brief jobs in a row a long one has its
//          turn, so that answers that have begun go on.
// Threads  any
#pragma once

#include <condition_variable>
#include <cstdint>
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

    enum class Lane : std::uint8_t {
        brief,   ///< an answer that has not begun
        lengthy, ///< the next piece of one that has
    };
    /// False where more than `most_waiting` of the lane wait already. A job does not throw.
    bool add(std::function<void()> job, std::size_t most_waiting, Lane lane = Lane::brief);
    /// Jobs that wait are thrown away, those that run end first.
    void stop();
    [[nodiscard]] std::size_t waiting() const;

  private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> brief_, lengthy_;
    std::size_t lengthy_running_ = 0, most_lengthy_ = 1;
    unsigned brief_in_a_row_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace gateway::http
