// The memory of pieces that were sent, for the next ones: a few that stay in the caches of the processor instead of one
// for each client.
//
// Threads  any
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace gateway::http {

class SparePieces {
  public:
    /// An empty string, with room where there is a spare one.
    [[nodiscard]] std::string take() {
        auto const lock = std::scoped_lock{mutex_};
        if (spare_.empty()) return {};
        auto piece = std::move(spare_.back());
        spare_.pop_back();
        return piece;
    }
    void give_back(std::string piece) {
        if (piece.capacity() < least_bytes || piece.capacity() > most_bytes) return;
        piece.clear();
        auto const lock = std::scoped_lock{mutex_};
        if (spare_.size() < most_spare) spare_.push_back(std::move(piece));
    }

  private:
    static constexpr std::size_t least_bytes = std::size_t{64} << 10U; ///< smaller ones are not worth it
    static constexpr std::size_t most_bytes = std::size_t{2} << 20U;
    static constexpr std::size_t most_spare = 16;

    std::mutex mutex_;
    std::vector<std::string> spare_; ///< the one given back last is taken first
};

} // namespace gateway::http
