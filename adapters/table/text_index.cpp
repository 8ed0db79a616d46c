#include "adapters/table/text_index.hpp"

#include <algorithm>
#include <string>

#include "gateway/core/error.hpp"

namespace adapters::table {
namespace {

std::uint32_t hash_of(std::string_view text) noexcept {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
    std::uint64_t hash = text.size() * odd;
    auto const* at = text.data();
    auto left = text.size();
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32U;
    }
    std::uint64_t word = 0;
    if (left > 0) std::memcpy(&word, at, left);
    hash = (hash ^ word) * odd;
    return static_cast<std::uint32_t>(hash >> 32U);
}

} // namespace

void TextIndex::grow() {
    std::vector<std::uint32_t> larger(std::max<std::size_t>(64, slots_.size() * 2));
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
        auto at = texts_[i].hash & (larger.size() - 1);
        while (larger[at] != 0) at = (at + 1) & (larger.size() - 1);
        larger[at] = i + 1;
    }
    slots_.swap(larger);
}

std::uint32_t TextIndex::known(std::string_view text) const noexcept {
    if (slots_.empty()) return unknown;
    auto const hash = hash_of(text);
    for (auto at = hash & (slots_.size() - 1); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
        auto const& one = texts_[slots_[at] - 1];
        if (one.hash == hash && same(one.text, text)) return slots_[at] - 1;
    }
    return unknown;
}

std::uint32_t TextIndex::find(std::string_view text, bool& fresh) {
    if (texts_.size() * 2 >= slots_.size()) grow();
    auto const hash = hash_of(text);
    auto at = hash & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
        auto const& known = texts_[slots_[at] - 1];
        if (known.hash == hash && same(known.text, text)) return slots_[at] - 1;
    }
    if (texts_.size() >= max_texts || bytes_ + text.size() > max_text_bytes)
        throw gateway::Error{gateway::Errc::too_large,
                             "a column has more than " + std::to_string(texts_.size()) +
                                 " different texts; is it a figure, or a text for people? Leave it out with "
                                 "'ignore' in the feed description"};
    if (room_ < text.size()) {
        constexpr std::size_t chunk = std::size_t{64} << 10U;
        room_ = std::max(chunk, text.size());
        chunks_.push_back(std::make_unique<char[]>(room_));
        free_ = chunks_.back().get();
    }
    if (!text.empty()) std::memcpy(free_, text.data(), text.size());
    auto const number = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back({{free_, text.size()}, number, hash});
    free_ += text.size();
    room_ -= text.size();
    bytes_ += text.size();
    slots_[at] = number + 1;
    fresh = true;
    return number;
}

} // namespace adapters::table
