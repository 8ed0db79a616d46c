#include "gateway/http/workers.hpp"

#include <algorithm>
#include <utility>

namespace gateway::http {
namespace {

/// So many brief jobs in a row, and one long one that waits has its turn.
constexpr unsigned most_in_a_row = 16;

} // namespace

Workers::Workers(unsigned threads) {
    threads = std::max(1U, threads);
    // Pieces take processors; more threads than those are there for what mostly waits.
    most_lengthy_ = std::max(1U, std::min(threads / 2, std::thread::hardware_concurrency()));
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    stop();
}

bool Workers::add(std::function<void()> job, std::size_t most_waiting, Lane lane) {
    {
        auto const lock = std::scoped_lock{mutex_};
        auto& jobs = lane == Lane::brief ? brief_ : lengthy_;
        if (stopping_ || jobs.size() >= most_waiting) return false;
        jobs.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

std::size_t Workers::waiting() const {
    auto const lock = std::scoped_lock{mutex_};
    return brief_.size() + lengthy_.size();
}

void Workers::run() {
    auto lock = std::unique_lock{mutex_};
    for (;;) {
        auto const may_take_long = [&] { return !lengthy_.empty() && lengthy_running_ < most_lengthy_; };
        wake_.wait(lock, [&] { return stopping_ || !brief_.empty() || may_take_long(); });
        if (stopping_) return;
        bool const is_long = may_take_long() && (brief_.empty() || brief_in_a_row_ >= most_in_a_row);
        auto& jobs = is_long ? lengthy_ : brief_;
        auto job = std::move(jobs.front());
        jobs.pop_front();
        brief_in_a_row_ = is_long ? 0 : brief_in_a_row_ + 1;
        lengthy_running_ += is_long ? 1 : 0;
        lock.unlock();
        job();
        job = nullptr; // what it held ends without the lock
        lock.lock();
        if (!is_long) continue;
        --lengthy_running_;
        if (!lengthy_.empty()) wake_.notify_one();
    }
}

void Workers::stop() {
    std::deque<std::function<void()>> dropped,
        also_dropped; // destroyed without the lock: they may hold connections
    {
        auto const lock = std::scoped_lock{mutex_};
        stopping_ = true;
        dropped.swap(brief_);
        also_dropped.swap(lengthy_);
    }
    wake_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

} // namespace gateway::http
