// Keys as numbers: each key text is kept once and named by its number.
//
// Keys are text; "01001" and "1001" are two keys. Numbers are dense from 0 in order of first appearance.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::harmonize::territory {

class KeyTable {
  public:
    std::uint32_t intern(std::string_view key);
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const noexcept {
        if (slots_.empty()) return std::nullopt;
        auto const& slot = slots_[place(key, image_of(key))];
        return slot.number == none ? std::nullopt : std::optional{slot.number};
    }
    /// Views live as long as the table.
    [[nodiscard]] std::string_view text(std::uint32_t number) const noexcept { return texts_[number]; }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(texts_.size()); }

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    struct Slot {
        std::uint64_t image = 0; ///< the key itself up to 8 bytes, else its hash
        std::uint32_t number = none;
        std::uint32_t size = 0;
    };
    static std::uint64_t image_of(std::string_view key) noexcept {
        std::uint64_t image = 0;
        if (key.size() <= 8) {
            if (!key.empty()) std::memcpy(&image, key.data(), key.size());
            return image;
        }
        image = 0xcbf29ce484222325U;
        for (char const c : key) image = (image ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        return image;
    }
    [[nodiscard]] std::size_t place(std::string_view key, std::uint64_t image) const noexcept {
        auto const mask = slots_.size() - 1;
        auto at = static_cast<std::size_t>((image * 0x9E3779B97F4A7C15U) >> 32U) & mask;
        for (;; at = (at + 1) & mask) {
            auto const& slot = slots_[at];
            if (slot.number == none) return at;
            if (slot.image == image && slot.size == key.size() &&
                (key.size() <= 8 || texts_[slot.number] == key))
                return at;
        }
    }
    void grow();

    std::vector<Slot> slots_;
    std::deque<std::string> texts_;
};

} // namespace gateway::harmonize::territory
