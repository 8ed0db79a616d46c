// Texts to numbers, from 0 in the order of their first occurrence. Internal to the readers.
//
// Data comes in an order: the code after "2024-01" is "2024-02" most of the time. A dictionary therefore first
// tries the last number again, then the one that followed it last time; only then does it look up.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace adapters::sdmx {

class Dictionary {
  public:
    struct Found {
        std::uint32_t number;
        bool is_new;
    };

    Found number_of(std::string_view text) {
        if (!texts_.empty()) {
            if (same(last_, text)) return {last_, false};
            if (auto const next = next_[last_]; same(next, text)) {
                last_ = next;
                return {next, false};
            }
        }
        return look_up(text);
    }
    [[nodiscard]] std::string_view text(std::uint32_t number) const noexcept { return texts_[number]; }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(texts_.size()); }

  private:
    [[nodiscard]] bool same(std::uint32_t number, std::string_view text) const noexcept {
        auto const known = views_[number];
        return known.size() == text.size() && std::memcmp(known.data(), text.data(), text.size()) == 0;
    }
    Found look_up(std::string_view text) {
        auto const found = numbers_.find(text);
        if (found != numbers_.end()) {
            next_[last_] = found->second;
            last_ = found->second;
            return {last_, false};
        }
        auto const number = size();
        auto const& kept = texts_.emplace_back(text);
        views_.emplace_back(kept);
        next_.push_back(number);
        numbers_.emplace(kept, number);
        if (number != 0) next_[last_] = number;
        last_ = number;
        return {number, true};
    }

    std::deque<std::string> texts_; // addresses stay
    std::vector<std::string_view> views_;
    std::vector<std::uint32_t> next_;
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
    std::uint32_t last_ = 0;
};

} // namespace adapters::sdmx
