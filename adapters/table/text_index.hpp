// Texts of one column, numbered in order of appearance.
//
// Most columns repeat the text of the row before, or the order in which their texts came last time (regions
// within a year): both are tried before the hash.
//
// Memory   grows with distinct texts; more than max_texts or max_text_bytes is Error too_large.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace adapters::table {

inline constexpr std::uint32_t max_texts = 4'000'000;
inline constexpr std::size_t max_text_bytes = std::size_t{32} << 20U;

class TextIndex {
  public:
    /// Number of a text; `fresh` is set where it was not known. The number is dense.
    std::uint32_t number(std::string_view text, bool& fresh) {
        fresh = false;
        if (recent_ < texts_.size()) {
            if (same(texts_[recent_].text, text)) return recent_;
            auto const next = texts_[recent_].next;
            if (same(texts_[next].text, text)) return recent_ = next;
        }
        auto const found = find(text, fresh);
        if (recent_ < texts_.size()) texts_[recent_].next = found;
        return recent_ = found;
    }
    /// Number of a text, or `unknown`; nothing is added.
    static constexpr std::uint32_t unknown = UINT32_MAX;
    [[nodiscard]] std::uint32_t known(std::string_view text) const noexcept;
    [[nodiscard]] std::string_view text(std::uint32_t number) const noexcept { return texts_[number].text; }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(texts_.size()); }

  private:
    struct Known {
        std::string_view text;
        std::uint32_t next = 0; ///< what followed last time
        std::uint32_t hash = 0;
    };
    static bool same(std::string_view a, std::string_view b) noexcept {
        return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
    }
    std::uint32_t find(std::string_view text, bool& fresh);
    void grow();

    std::uint32_t recent_ = 0;
    std::vector<Known> texts_;
    std::vector<std::uint32_t> slots_; ///< number + 1; 0 = free
    std::vector<std::unique_ptr<char[]>> chunks_;
    char* free_ = nullptr;
    std::size_t room_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace adapters::table
