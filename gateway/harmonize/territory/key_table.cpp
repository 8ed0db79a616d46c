#include "gateway/harmonize/territory/key_table.hpp"

#include <algorithm>

namespace gateway::harmonize::territory {

std::uint32_t KeyTable::intern(std::string_view key) {
    if (2 * texts_.size() >= slots_.size()) grow();
    auto const image = image_of(key);
    auto& slot = slots_[place(key, image)];
    if (slot.number != none) return slot.number;
    slot = {image, size(), static_cast<std::uint32_t>(key.size())};
    texts_.emplace_back(key);
    return slot.number;
}

void KeyTable::grow() {
    auto const old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(64, 4 * texts_.size()), Slot{});
    // A power of two, so that a mask finds the place.
    std::size_t size = 64;
    while (size < slots_.size()) size *= 2;
    slots_.assign(size, Slot{});
    for (auto const& slot : old)
        if (slot.number != none) slots_[place(texts_[slot.number], slot.image)] = slot;
}

} // namespace gateway::harmonize::territory
