#include "gateway/subscribe/crew.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace gateway::subscribe {

Crew::Crew(unsigned threads, unsigned per_host)
    : most_threads_(std::max(threads, 1U)), per_host_(std::max(per_host, 1U)) {}

Crew::~Crew() {
    {
        std::lock_guard const lock{guard_};
        ends_ = true;
        waiting_.clear();
    }
    wakes_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Crew::add(Job job) {
    std::lock_guard const lock{guard_};
    waiting_.push_back(std::move(job));
    // Whoever is idle may be idle because it may not take what waits: better one thread too many.
    if (threads_.size() < most_threads_ && idle_ < waiting_.size()) {
        try {
            threads_.emplace_back([this] { run(); });
        } catch (std::system_error const&) {
            if (threads_.empty()) throw; // the machine has no thread left for us; those that are there do it
        }
    }
    wakes_.notify_one();
}

void Crew::drop_waiting() {
    std::lock_guard const lock{guard_};
    waiting_.clear();
}

std::size_t Crew::busy() const {
    std::lock_guard const lock{guard_};
    return waiting_.size() + running_;
}

/// Under the guard.
bool Crew::take(Job& job) {
    auto const most_slow = std::max(most_threads_ / 2, 1U);
    auto const may = [&](Job const& each) {
        if (each.slow && slow_running_ >= most_slow) return false;
        auto const at = at_host_.find(each.host);
        return at == at_host_.end() || at->second < per_host_;
    };
    auto const found = std::find_if(waiting_.begin(), waiting_.end(), may);
    if (found == waiting_.end()) return false;
    job = std::move(*found);
    waiting_.erase(found);
    return true;
}

void Crew::run() {
    std::unique_lock lock{guard_};
    for (;;) {
        Job job;
        ++idle_;
        wakes_.wait(lock, [&] { return ends_ || take(job); });
        --idle_;
        if (!job.work) return;
        ++running_;
        slow_running_ += job.slow ? 1U : 0U;
        ++at_host_[job.host];
        lock.unlock();
        job.work();
        lock.lock();
        if (--at_host_[job.host] == 0) at_host_.erase(job.host);
        slow_running_ -= job.slow ? 1U : 0U;
        --running_;
        if (ends_) return;
        wakes_.notify_one(); // what waited for this host, or for a slow one to be done
    }
}

} // namespace gateway::subscribe
