// Crew: works off jobs on many threads, so that one receiver that is slow holds up nobody but itself.
//
// Limits   so many threads, started when they are needed; so many jobs at once for one host; and no more than half of
//          the threads for receivers that are known to be slow
// Order    first in, first out among those that may run
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gateway::subscribe {

class Crew {
  public:
    struct Job {
        std::string host;
        bool slow = false;
        std::function<void()> work; ///< throws nothing
    };

    Crew(unsigned threads, unsigned per_host);
    /// Drops what has not begun and waits for what has.
    ~Crew();
    Crew(Crew const&) = delete;
    Crew& operator=(Crew const&) = delete;

    void add(Job job);
    /// Forgets what has not begun.
    void drop_waiting();
    /// Jobs that wait or run.
    [[nodiscard]] std::size_t busy() const;

  private:
    void run();
    bool take(Job& job);

    unsigned most_threads_, per_host_;
    mutable std::mutex guard_;
    std::condition_variable wakes_;
    std::deque<Job> waiting_;
    std::map<std::string, unsigned> at_host_;
    unsigned running_ = 0, slow_running_ = 0, idle_ = 0;
    bool ends_ = false;
    std::vector<std::thread> threads_;
};

} // namespace gateway::subscribe
