// Long arrays and objects of a JSON document, left where they are: "value" and "status" of a dataset, element by
// element.
//
// The tree (json_tree.hpp) holds only where they begin and how many elements they have: kept as a tree, they take
// thirty times the room of the text.
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

class FlatArray {
  public:
    /// Nothing where `value` is no array that was left in `bytes`, the whole document.
    static std::optional<FlatArray> of(Json const& value, std::string_view bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The next element; no more than size(). The view lives until the next call.
    Item next();

  private:
    friend class FlatObject;
    FlatArray(std::string_view rest, std::uint64_t size) : rest_(rest), size_(size) {}
    void skip_nested();
    std::string_view quoted();

    std::string_view
        rest_; ///< from the element before on; sound JSON, which was proven when the tree was made
    std::uint64_t size_ = 0;
    std::string unescaped_;
};

/// An object whose names are numbers ("sparse"), member by member, in the order in which they stand.
class FlatObject {
  public:
    /// Nothing where `value` is no object that was left in `bytes`, the whole document.
    static std::optional<FlatObject> of(Json const& value, std::string_view bytes);

    [[nodiscard]] std::uint64_t size() const noexcept { return rest_.size(); }
    /// Name of the next member, no more than size() times; then its value. Views live until the next call.
    std::string_view name() { return rest_.next().text; }
    Item value();
    /// Where it stands, and back to it.
    [[nodiscard]] std::size_t place() const noexcept { return whole_.size() - rest_.rest_.size(); }
    void go_to(std::size_t place) noexcept { rest_.rest_ = whole_.substr(place); }

  private:
    FlatObject(std::string_view rest, std::uint64_t size) : whole_(rest), rest_(rest, size) {}
    std::string_view whole_;
    FlatArray rest_;
};

} // namespace adapters::jsonstat
