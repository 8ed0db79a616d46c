#include "gateway/raw/hash_thread.hpp"

namespace gateway::raw {

HashThread::HashThread() : thread_{[this] { run(); }} {}

HashThread::~HashThread() {
    {
        auto const lock = std::scoped_lock{mutex_};
        ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void HashThread::submit(std::string_view bytes) {
    {
        auto const lock = std::scoped_lock{mutex_};
        bytes_ = bytes;
        busy_ = true;
    }
    changed_.notify_all();
}

void HashThread::wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return !busy_; });
}

void HashThread::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return busy_ || ended_; });
        if (!busy_) return;
        lock.unlock();
        sum_.update(bytes_);
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
}

} // namespace gateway::raw
