// Whose turn it is with the slots of a ring: one thread fills them, another one takes what is in them, in order.
//
// The slots themselves are the owner's; filling() and taking() say which one is due. A side that sleeps is woken when half of
// the ring is ready for it, not for each slot: waking takes the other side's time (ADR 25). So whoever fills must say end()
// or flush() at last: what is less than half a ring may lie there until then.
//
// A side that has other work, too, is given a bell: it never waits here, asks room() or has_filled(), and sleeps at the bell.
//
// Threads  fill functions on one thread, take functions on another; abandon() on either or a third. The object has to
//          outlive what all of them do with it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "gateway/io/bell.hpp"

namespace gateway::io {

class RingTurns {
  public:
    /// `slots` of at least 1. A side with a bell does not call the functions that wait.
    explicit RingTurns(std::size_t slots, Bell* filler = nullptr, Bell* taker = nullptr) noexcept
        : slots_(slots) {
        filler_.bell = filler;
        taker_.bell = taker;
    }
    RingTurns(RingTurns const&) = delete;
    RingTurns& operator=(RingTurns const&) = delete;

    // For the thread that fills:

    /// Place of the slot to fill now; only its own thread may ask.
    [[nodiscard]] std::size_t filling() const noexcept { return filled_ % slots_; }
    /// Slots that are free now; none where the ring was abandoned.
    [[nodiscard]] std::size_t room() {
        std::scoped_lock const lock{mutex_};
        return abandoned_ ? 0 : slots_ - (filled_ - taken_);
    }
    /// Waits until that slot is free. False: the ring was abandoned.
    bool wait_for_room() {
        std::unique_lock lock{mutex_};
        while (!abandoned_ && filled_ - taken_ == slots_) sleep(lock, filler_);
        return !abandoned_;
    }
    /// The slot is filled; filling() is the next one.
    void filled() {
        wake_if(taker_, [this] {
            ++filled_;
            return filled_ - taken_ >= half();
        });
    }
    /// Wakes whoever takes, whatever little there is.
    void flush() {
        wake_if(taker_, [] { return true; });
    }
    /// Nothing more will come.
    void end() {
        wake_if(taker_, [this] {
            ended_ = true;
            return true;
        });
    }
    /// Waits until all that was filled is taken. False: the ring was abandoned.
    bool wait_until_taken() {
        flush();
        std::unique_lock lock{mutex_};
        is_awaited_ = true;
        while (!abandoned_ && filled_ != taken_) sleep(lock, filler_);
        is_awaited_ = false;
        return !abandoned_;
    }

    // For the thread that takes:

    /// Place of the slot to take from now.
    [[nodiscard]] std::size_t taking() const noexcept { return taken_ % slots_; }
    /// Whether it is filled; false where the ring was abandoned.
    [[nodiscard]] bool has_filled() {
        std::scoped_lock const lock{mutex_};
        return !abandoned_ && filled_ != taken_;
    }
    /// Waits until it is filled. False: the end, or the ring was abandoned.
    bool wait_for_filled() {
        std::unique_lock lock{mutex_};
        while (!abandoned_ && !ended_ && filled_ == taken_) sleep(lock, taker_);
        return !abandoned_ && filled_ != taken_;
    }
    /// The slot may be filled anew.
    void taken() {
        wake_if(filler_, [this] {
            ++taken_;
            return is_awaited_ ? filled_ == taken_ : slots_ - (filled_ - taken_) >= half();
        });
    }

    /// Nobody waits any more, on either side.
    void abandon() {
        {
            std::scoped_lock const lock{mutex_};
            abandoned_ = true;
        }
        filler_.wake();
        taker_.wake();
    }
    [[nodiscard]] bool is_abandoned() {
        std::scoped_lock const lock{mutex_};
        return abandoned_;
    }

  private:
    struct Side {
        void wake() { bell == nullptr ? changed.notify_one() : bell->ring(); }

        std::condition_variable changed;
        bool sleeps = false;
        Bell* bell = nullptr;
    };
    [[nodiscard]] std::size_t half() const noexcept { return (slots_ + 1) / 2; }

    static void sleep(std::unique_lock<std::mutex>& lock, Side& side) {
        side.sleeps = true;
        side.changed.wait(lock);
        side.sleeps = false;
    }
    /// `change` is made under the lock and says whether the other side is to be woken, which needs the lock: not before
    /// it is free.
    template <typename Change>
    void wake_if(Side& side, Change change) {
        {
            std::scoped_lock const lock{mutex_};
            if (!change() || (!side.sleeps && side.bell == nullptr)) return;
            side.sleeps = false; // it is on its way
        }
        side.wake();
    }

    std::size_t const slots_;
    std::mutex mutex_;
    Side filler_, taker_;
    std::size_t filled_ = 0;
    std::size_t taken_ = 0;
    bool ended_ = false;
    bool abandoned_ = false;
    bool is_awaited_ = false; ///< whoever fills waits for the last one to be taken
};

} // namespace gateway::io
