// Work in batches on a thread of its own: one thread fills a batch while another one works on those before.
//
// Batches reach the target one after the other and in their order; it leaves them empty, to be filled again. What
// the target throws is thrown by one of the next calls, at the latest by finish().
#pragma once

#include <array>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>

#include "gateway/io/aside.hpp"

namespace gateway::ingest {

/// `batches` are in memory at a time: so far may the filling be ahead.
template <typename Batch, std::size_t batches = 4>
class BatchPipe {
  public:
    using Target = std::function<void(Batch&)>;

    /// `target` is called by the second thread, or, where there is to be none, by the caller's.
    explicit BatchPipe(Target target, bool has_thread = true)
        : target_(std::move(target)), has_thread_(has_thread) {}
    /// Without finish(): what is under way is dropped.
    ~BatchPipe() {
        {
            std::scoped_lock const lock{mutex_};
            abandoned_ = true;
        }
        changed_.notify_all();
    }
    BatchPipe(BatchPipe const&) = delete;
    BatchPipe& operator=(BatchPipe const&) = delete;

    /// To be filled, by the caller's thread.
    [[nodiscard]] Batch& at_hand() noexcept { return ring_[shipped_ % batches]; }

    /// Hands the batch at hand over and waits for an empty one.
    void ship() {
        if (!has_thread_) return target_(at_hand());
        if (!worker_.valid()) worker_ = io::aside([this] { work(); });
        std::unique_lock lock{mutex_};
        ++shipped_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return error_ || shipped_ - done_ < batches; });
        if (error_) std::rethrow_exception(error_);
    }

    /// Hands over the last batch and waits for nothing but room for it: finish() has less to wait for. A single batch
    /// is not worth a thread and is left to finish().
    void close() {
        if (worker_.valid()) ship();
    }

    /// Returns when everything is done. A single batch is not worth a thread.
    void finish() {
        if (!worker_.valid()) return target_(at_hand());
        ship();
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return error_ || done_ == shipped_; });
        if (error_) std::rethrow_exception(error_);
    }

  private:
    void work() {
        std::unique_lock lock{mutex_};
        for (;;) {
            changed_.wait(lock, [this] { return abandoned_ || done_ < shipped_; });
            if (abandoned_) return;
            auto& batch = ring_[done_ % batches];
            lock.unlock();
            try {
                target_(batch);
            } catch (...) {
                lock.lock();
                error_ = std::current_exception();
                changed_.notify_all();
                return;
            }
            lock.lock();
            ++done_;
            changed_.notify_all();
        }
    }

    Target target_;
    bool has_thread_;
    std::array<Batch, batches> ring_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t shipped_ = 0; ///< batches handed over; number `shipped_` is at hand
    std::size_t done_ = 0;    ///< batches that the target has had
    bool abandoned_ = false;
    std::exception_ptr error_;
    io::Aside<void> worker_; ///< the last member: it uses all others
};

} // namespace gateway::ingest
