#include "gateway/http/collected.hpp"

namespace gateway::http {
namespace {

constexpr unsigned most_in_vain = 8;
constexpr unsigned one_in = 16;

} // namespace

bool CollectingRoom::take(std::size_t bytes) noexcept {
    auto left = left_.load(std::memory_order_relaxed);
    while (left >= bytes)
        if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    return false;
}

bool CollectingRoom::is_worth_it() noexcept {
    return in_vain_.load(std::memory_order_relaxed) < most_in_vain ||
           passed_over_.fetch_add(1, std::memory_order_relaxed) % one_in == one_in - 1;
}

void CollectingRoom::tell(bool was_kept) noexcept {
    if (was_kept)
        in_vain_.store(0, std::memory_order_relaxed);
    else
        in_vain_.fetch_add(1, std::memory_order_relaxed);
}

void Collected::add(std::string_view piece) {
    if (!is_whole_) return;
    bool const is_too_long = piece.size() > most_ - bytes_;
    if (is_too_long || !room_.take(piece.size())) {
        if (is_too_long) room_.tell(false);
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
