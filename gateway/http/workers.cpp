#include "gateway/http/workers.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gateway::http {
namespace {

/// So many brief jobs in a row, and one long one that waits has its turn.
constexpr unsigned most_in_a_row = 16;

} // namespace

Workers::Workers(unsigned threads, unsigned most_brief, std::chrono::milliseconds patience)
    : patience_{patience} {
    threads = std::max(1U, threads);
    auto const processors = std::max(1U, std::thread::hardware_concurrency());
    most_brief_ = most_brief != 0 ? most_brief : processors + 1;
    // Pieces take processors; more threads than those are there for what mostly waits.
    most_lengthy_ = std::max(1U, std::min(threads / 2, processors));
    most_waiting_ = threads - std::min<std::size_t>(threads / 2, most_brief_);
    brief_began_.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    stop();
}

bool Workers::add(std::function<void()> job, std::size_t most_waiting, Lane lane) {
    bool is_for_another = false;
    {
        auto const lock = std::scoped_lock{mutex_};
        auto& jobs = lane == Lane::brief ? brief_ : lane == Lane::lengthy ? lengthy_ : waiting_;
        if (stopping_ || jobs.size() >= most_waiting) return false;
        jobs.push_back(std::move(job));
        is_for_another = choose() != nullptr || !is_watched_;
    }
    if (is_for_another) wake_.notify_one();
    return true;
}

std::size_t Workers::waiting() const {
    auto const lock = std::scoped_lock{mutex_};
    return brief_.size() + lengthy_.size() + waiting_.size();
}

/// Brief jobs that have not run for long.
std::size_t Workers::young(Time now) const {
    auto const is_young = [&](Time began) { return began + patience_ > now; };
    return static_cast<std::size_t>(std::count_if(brief_began_.begin(), brief_began_.end(), is_young));
}

/// Whose first job is to be done now; null where all has to wait.
Workers::Jobs* Workers::choose() {
    if (!waiting_.empty() && waiting_running_ < most_waiting_) return &waiting_;
    bool const may_be_long = !lengthy_.empty() && lengthy_running_ < most_lengthy_;
    if (may_be_long && (brief_.empty() || brief_in_a_row_ >= most_in_a_row)) return &lengthy_;
    if (brief_.empty()) return nullptr;
    bool const has_place = brief_began_.size() < most_brief_ || young(Time::clock::now()) < most_brief_;
    return has_place ? &brief_ : nullptr;
}

/// One of the threads that wait looks again when the oldest of the brief jobs that count does not count any more.
void Workers::wait_for_work(std::unique_lock<std::mutex>& lock) {
    if (brief_.empty() || is_watched_) return wake_.wait(lock);
    auto const now = Time::clock::now();
    auto next = Time::max();
    for (auto const began : brief_began_)
        if (began + patience_ > now) next = std::min(next, began + patience_);
    if (next == Time::max()) return;
    is_watched_ = true;
    wake_.wait_until(lock, next);
    is_watched_ = false;
}

void Workers::do_one(std::unique_lock<std::mutex>& lock, Jobs& jobs) {
    auto job = std::move(jobs.front());
    jobs.pop_front();
    bool const is_brief = &jobs == &brief_;
    auto const began = is_brief ? Time::clock::now() : Time{};
    if (is_brief) brief_began_.push_back(began);
    brief_in_a_row_ = is_brief ? brief_in_a_row_ + 1 : &jobs == &lengthy_ ? 0 : brief_in_a_row_;
    lengthy_running_ += &jobs == &lengthy_ ? 1 : 0;
    waiting_running_ += &jobs == &waiting_ ? 1 : 0;
    bool const is_for_another = choose() != nullptr || (!brief_.empty() && !is_watched_);
    lock.unlock();
    if (is_for_another) wake_.notify_one();
    job();
    job = nullptr; // what it held ends without the lock
    lock.lock();
    if (is_brief) brief_began_.erase(std::find(brief_began_.begin(), brief_began_.end(), began));
    lengthy_running_ -= &jobs == &lengthy_ ? 1 : 0;
    waiting_running_ -= &jobs == &waiting_ ? 1 : 0;
}

void Workers::run() {
    auto lock = std::unique_lock{mutex_};
    while (!stopping_) {
        if (auto* const jobs = choose())
            do_one(lock, *jobs);
        else
            wait_for_work(lock);
    }
}

void Workers::stop() {
    std::array<Jobs, 3> dropped; // destroyed without the lock: they may hold connections
    {
        auto const lock = std::scoped_lock{mutex_};
        stopping_ = true;
        dropped[0].swap(brief_);
        dropped[1].swap(lengthy_);
        dropped[2].swap(waiting_);
    }
    wake_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

} // namespace gateway::http
