// Threads for what blocks: handlers, body sources, encoding.
//
// Lanes    a short request never waits behind a long answer: what is brief goes first, and long work runs on half of the
//          threads at most, and on no more than there are processors. After some brief jobs in a row a long one has its
//          turn, so that answers that have begun go on.
// At once  brief jobs run on one thread more than there are processors: more of them would take each other's time, memory
//          and connections to the store. One that takes longer than `patience` waits for something, or is not brief, and does
//          not count any more: the rest of the threads are there for those, and for uploads, which wait for a disk.
// Threads  any
#pragma once

#include <chrono>
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
    /// At least one thread. `most_brief` run at once; 0 = one more than there are processors.
    explicit Workers(unsigned threads, unsigned most_brief = 0,
                     std::chrono::milliseconds patience = std::chrono::milliseconds{20});
    ~Workers();
    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    enum class Lane : std::uint8_t {
        brief,   ///< an answer that has not begun
        lengthy, ///< the next piece of one that has
        waiting, ///< mostly waits for a disk
    };
    /// False where more than `most_waiting` of the lane wait already. A job does not throw.
    bool add(std::function<void()> job, std::size_t most_waiting, Lane lane = Lane::brief);
    /// Jobs that wait are thrown away, those that run end first.
    void stop();
    [[nodiscard]] std::size_t waiting() const;

  private:
    using Jobs = std::deque<std::function<void()>>;
    using Time = std::chrono::steady_clock::time_point;

    void run();
    [[nodiscard]] Jobs* choose();
    [[nodiscard]] std::size_t young(Time now) const;
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    void do_one(std::unique_lock<std::mutex>& lock, Jobs& jobs);

    std::chrono::milliseconds const patience_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Jobs brief_, lengthy_, waiting_;
    std::size_t most_brief_ = 1, most_lengthy_ = 1, most_waiting_ = 1;
    std::vector<Time> brief_began_; ///< of those that run
    std::size_t lengthy_running_ = 0, waiting_running_ = 0;
    unsigned brief_in_a_row_ = 0;
    bool is_watched_ = false; ///< a thread looks again when the oldest brief job has run for too long
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace gateway::http
