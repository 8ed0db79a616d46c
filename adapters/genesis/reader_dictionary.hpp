// Dictionaries: code numbers for the columns of a table.
//
// One code stands in a row as a group of neighbouring fields (variable, its label, code, its label). A group
// whose bytes were seen before is recognised by comparing all of them, so that every label of every row is
// compared with the label its code had before; only new bytes are looked at field by field.
//
// Memory   grows with the number of distinct codes; more than max_codes or max_text_bytes is Error too_large.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/core/cells.hpp"

namespace adapters::genesis {

inline constexpr std::uint32_t no_code = UINT32_MAX;
inline constexpr std::uint32_t max_codes = 4'000'000;
inline constexpr std::size_t max_text_bytes = std::size_t{512} << 20U;

/// Text that lives as long as the store, at fixed addresses.
class TextStore {
  public:
    std::string_view keep(std::string_view text);
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t left_ = 0;
    char* next_ = nullptr;
    std::size_t bytes_ = 0;
};

/// What intern() or check() found out about a group.
struct CodeCheck {
    enum class Kind : std::uint8_t { known, fresh, variable_label_differs, label_differs };
    Kind kind = Kind::fresh;
    std::uint32_t id = no_code;
    std::string_view before; ///< the label seen first, where labels differ
};

class Dictionary {
  public:
    /// Number of a group whose bytes are known, or no_code. `key` is the part that tells codes apart.
    [[nodiscard]] std::uint32_t find(std::string_view bytes, std::string_view key) noexcept {
        if (bytes.size() == recent_bytes_.size() &&
            std::memcmp(bytes.data(), recent_bytes_.data(), bytes.size()) == 0)
            return recent_;
        return find_hashed(bytes, key);
    }
    /// Compares unquoted fields with what is known, by variable and code. Changes nothing.
    [[nodiscard]] CodeCheck check(gateway::SourceCode const& code) const;
    /// Number of a code that check() called fresh or known; `bytes` will be recognised by find().
    std::uint32_t intern(gateway::SourceCode const& code, std::string_view bytes, std::string_view key);

    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(codes_.size()); }
    /// Views live as long as the dictionary.
    [[nodiscard]] gateway::SourceCode const& code(std::uint32_t id) const noexcept { return codes_[id]; }
    [[nodiscard]] std::map<std::string_view, std::string_view> const& variables() const noexcept {
        return variables_;
    }

  private:
    struct Slot {
        char const* bytes = nullptr;
        std::uint32_t size = 0;
        std::uint32_t hash = 0;
        std::uint32_t id = no_code;
    };
    [[nodiscard]] std::uint32_t find_hashed(std::string_view bytes, std::string_view key) noexcept;
    void add_slot(Slot const& slot);

    std::string_view recent_bytes_{"\n", 1}; // no group holds a line end and nothing else
    std::uint32_t recent_ = no_code;
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
    std::vector<gateway::SourceCode> codes_;
    std::unordered_map<std::string_view, std::uint32_t> by_code_; // variable NUL code
    std::map<std::string_view, std::string_view> variables_;      // code to label
    TextStore texts_;
};

} // namespace adapters::genesis
