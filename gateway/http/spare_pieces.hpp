// The memory of pieces that were sent, for the next ones: memory that comes from the system anew costs a fault for every
// 4 KiB, which together take longer than sending them.
//
// Units    bytes. What is spare has a bound, and what nobody needed for a while goes back to the system
// Threads  any
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gateway::http {

class SparePieces {
  public:
    static constexpr std::size_t most_bytes = std::size_t{32} << 20U; ///< of all that are spare

    /// An empty string, with room where there is a spare one.
    [[nodiscard]] std::string take() {
        auto const lock = std::scoped_lock{mutex_};
        if (spare_.empty()) return {};
        auto piece = std::move(spare_.back());
        spare_.pop_back();
        bytes_ -= piece.capacity();
        unused_ = std::min(unused_, spare_.size());
        return piece;
    }
    void give_back(std::string piece) {
        auto const size = piece.capacity();
        if (size < least_piece || size > longest_piece) return;
        piece.clear();
        auto const lock = std::scoped_lock{mutex_};
        if (bytes_ + size > most_bytes) return;
        bytes_ += size;
        spare_.push_back(std::move(piece));
    }
    /// Gives half of those back to the system that were spare all the time since the last call.
    void trim() {
        std::vector<std::string> dropped; // they end without the lock
        auto const lock = std::scoped_lock{mutex_};
        // The one given back last is taken first: those in front lay longest.
        auto const end = spare_.begin() + static_cast<std::ptrdiff_t>((unused_ + 1) / 2);
        for (auto one = spare_.begin(); one != end; ++one) bytes_ -= one->capacity();
        dropped.assign(std::make_move_iterator(spare_.begin()), std::make_move_iterator(end));
        spare_.erase(spare_.begin(), end);
        unused_ = spare_.size();
    }
    [[nodiscard]] std::size_t bytes() const {
        auto const lock = std::scoped_lock{mutex_};
        return bytes_;
    }

  private:
    static constexpr std::size_t least_piece = std::size_t{64} << 10U; ///< smaller ones are not worth it
    static constexpr std::size_t longest_piece = std::size_t{2} << 20U;

    mutable std::mutex mutex_;
    std::vector<std::string> spare_; ///< the one given back last is taken first
    std::size_t bytes_ = 0;
    std::size_t unused_ = 0; ///< so many were spare all the time since trim()
};

} // namespace gateway::http
