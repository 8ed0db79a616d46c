#include "gateway/io/aside.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <pthread.h>

namespace gateway::io::detail {
namespace {

/// The threads of a process. Never destroyed: a thread that waits here outlives main().
class Threads {
  public:
    void run(std::unique_ptr<AsideTask> task) {
        if (hand_over(task)) return changed_.notify_one(); // not earlier: who wakes up needs the lock
        std::thread{[this, first = std::move(task)]() mutable { work(std::move(first)); }}.detach();
    }

  private:
    /// To a thread that is idle; false where none is.
    bool hand_over(std::unique_ptr<AsideTask>& task) {
        std::scoped_lock const lock{mutex_};
        if (idle_ == 0) return false;
        --idle_; // one of them is for this task
        tasks_.push_back(std::move(task));
        return true;
    }

    void work(std::unique_ptr<AsideTask> task) {
        for (;;) {
            task->run();
            task.reset();
            std::unique_lock lock{mutex_};
            ++idle_;
            changed_.wait(lock, [this] { return !tasks_.empty(); });
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<AsideTask>> tasks_; ///< each has its idle thread
    std::size_t idle_ = 0;                         ///< threads that wait and have no task in tasks_
};

Threads* threads = nullptr;

void begin_anew() {
    threads = new Threads; // NOLINT(cppcoreguidelines-owning-memory): of the process
}

} // namespace

void run_aside(std::unique_ptr<AsideTask> task) {
    static bool const has_begun = [] {
        begin_anew();
        return pthread_atfork(nullptr, nullptr, begin_anew) == 0;
    }();
    static_cast<void>(has_begun);
    threads->run(std::move(task));
}

} // namespace gateway::io::detail
