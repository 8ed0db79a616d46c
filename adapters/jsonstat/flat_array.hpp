// Long arrays of a JSON document, left where they are: "value" and "status" of a dataset, element by element.
//
// The tree (json_tree.hpp) holds only where such an array begins and how many elements it has: kept as a tree,
// they take thirty times the room of the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/jsonstat/json_tree.hpp"

namespace adapters::jsonstat {

/// An element of an array, or a value of the tree.
struct Item {
    enum class Kind : std::uint8_t { number, text, null, other };
    Kind kind = Kind::other;
    std::string_view text; ///< digits of a number; of a text what it says
};
Item item_of(Json const& value) noexcept;

class FlatArray {
  public:
    /// Nothing where `value` is no array that was left in `bytes`, the whole document.
    static std::optional<FlatArray> of(Json const& value, std::string_view bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The next element; no more than size(). The view lives until the next call.
    Item next();

  private:
    FlatArray(std::string_view rest, std::uint64_t size) : rest_(rest), size_(size) {}
    void skip_nested();
    std::string_view quoted();

    std::string_view
        rest_; ///< from the element before on; sound JSON, which was proven when the tree was made
    std::uint64_t size_ = 0;
    std::string unescaped_;
};

} // namespace adapters::jsonstat
