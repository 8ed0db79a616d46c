#include "gateway/http/workers.hpp"

#include <algorithm>
#include <utility>

namespace gateway::http {

Workers::Workers(unsigned threads) {
    for (unsigned i = 0; i < std::max(1U, threads); ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    stop();
}

bool Workers::add(std::function<void()> job, std::size_t most_waiting) {
    {
        auto const lock = std::scoped_lock{mutex_};
        if (stopping_ || jobs_.size() >= most_waiting) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

std::size_t Workers::waiting() const {
    auto const lock = std::scoped_lock{mutex_};
    return jobs_.size();
}

void Workers::run() {
    for (;;) {
        std::function<void()> job;
        {
            auto lock = std::unique_lock{mutex_};
            wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
            if (stopping_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

void Workers::stop() {
    std::deque<std::function<void()>> dropped; // destroyed without the lock: they may hold connections
    {
        auto const lock = std::scoped_lock{mutex_};
        stopping_ = true;
        dropped.swap(jobs_);
    }
    wake_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

} // namespace gateway::http
