// Work in batches on two threads: one fills a batch while another one works on those before. That is a thread of the pipe's
// own, or one that has other work, too (io/bell.hpp).
//
// Batches reach the target one after the other and in their order; it leaves them empty, to be filled again. What
// the target throws is thrown by one of the next calls, at the latest by finish().
#pragma once

#include <array>
#include <exception>
#include <functional>
#include <utility>

#include "gateway/io/aside.hpp"
#include "gateway/io/ring_turns.hpp"

namespace gateway::ingest {

/// `batches` are in memory at a time: so far may the filling be ahead. The target comes to them when half of them are
/// filled, or the last one is.
template <typename Batch, std::size_t batches = 4>
class BatchPipe {
  public:
    using Target = std::function<void(Batch&)>;

    /// `target` is called by the second thread, or, where there is to be none, by the caller's.
    explicit BatchPipe(Target target, bool has_thread = true)
        : target_(std::move(target)), has_thread_(has_thread), turns_(batches) {}
    /// `target` is called by whoever hears the bell and calls work_some().
    BatchPipe(Target target, io::Bell& bell)
        : target_(std::move(target)), is_driven_(true), turns_(batches, nullptr, &bell) {}
    /// Without finish(): what is under way is dropped.
    ~BatchPipe() { turns_.abandon(); }
    BatchPipe(BatchPipe const&) = delete;
    BatchPipe& operator=(BatchPipe const&) = delete;

    /// To be filled, by the caller's thread.
    [[nodiscard]] Batch& at_hand() noexcept { return ring_[turns_.filling()]; }

    /// Hands the batch at hand over and waits for an empty one.
    void ship() {
        if (!has_thread_) return target_(at_hand());
        if (!is_driven_ && !worker_.valid()) worker_ = io::aside([this] { work(); });
        turns_.filled();
        if (!turns_.wait_for_room()) std::rethrow_exception(error_);
    }

    /// Hands over the last batch and waits for nothing but room for it: finish() has less to wait for. A single batch
    /// is not worth a thread and is left to finish().
    void close() {
        if (!worker_.valid()) return;
        ship();
        turns_.flush();
    }

    /// Returns when everything is done. A single batch is not worth a thread.
    void finish() {
        if (!worker_.valid()) return target_(at_hand());
        ship();
        if (!turns_.wait_until_taken()) std::rethrow_exception(error_);
    }

    // Where another thread hears the bell:

    /// Lets the target have a batch; false where none is ready. Called by that thread.
    bool work_some() {
        if (!turns_.has_filled()) return false;
        try {
            target_(ring_[turns_.taking()]);
        } catch (...) {
            error_ = std::current_exception();
            turns_.abandon();
            return false;
        }
        turns_.taken();
        return true;
    }
    /// That thread is gone: what is left is done here, and from now on every batch at once.
    void take_over() {
        while (work_some()) {
        }
        if (error_) std::rethrow_exception(error_);
        has_thread_ = false;
    }

  private:
    void work() {
        while (turns_.wait_for_filled()) work_some();
    }

    Target target_;
    bool has_thread_ = true;
    bool is_driven_ = false;
    std::array<Batch, batches> ring_;
    io::RingTurns turns_;
    std::exception_ptr error_; ///< set before the worker abandons its turns
    io::Aside<void> worker_;   ///< the last member: it uses all others
};

} // namespace gateway::ingest
