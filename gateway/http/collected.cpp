#include "gateway/http/collected.hpp"

namespace gateway::http {

bool CollectingRoom::take(std::size_t bytes) noexcept {
    auto left = left_.load(std::memory_order_relaxed);
    while (left >= bytes)
        if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    return false;
}

void Collected::add(std::string_view piece) {
    if (!is_whole_) return;
    if (piece.size() > most_ - bytes_ || !room_.take(piece.size())) {
        is_whole_ = false;
        return drop();
    }
    bytes_ += piece.size();
    pieces_.emplace_back(piece);
}

std::string Collected::text() const {
    std::string all;
    all.reserve(bytes_);
    for (auto const& piece : pieces_) all += piece;
    return all;
}

void Collected::drop() noexcept {
    room_.give_back(bytes_);
    bytes_ = 0;
    pieces_ = {};
}

} // namespace gateway::http
