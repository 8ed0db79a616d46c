// A JSON tree that keeps the digits of numbers. Internal to the JSON-stat reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

#include "gateway/core/error.hpp"

namespace adapters::jsonstat {

using Json = rapidjson::Value;

/// Parses strict JSON in UTF-8, without recursion. Numbers become strings that begin with number_mark; arrays and
/// objects called "value" or "status" stay where they are (flat_array.hpp), except within a dimension.
/// \throws Error malformed with line and column
rapidjson::Document parse_json(std::string_view bytes, std::string const& name);

inline constexpr char number_mark = '\x01';
inline constexpr char flat_mark = '\x02';        ///< of an array
inline constexpr char flat_object_mark = '\x03'; ///< of an object

std::string_view text_of(Json const& value) noexcept; ///< of a string; empty for everything else
/// The digits, where `value` is a number.
std::optional<std::string_view> digits_of(Json const& value) noexcept;
/// A whole number from 0; nothing where it is none.
std::optional<std::uint64_t> index_of(Json const& value) noexcept;
/// Member of an object; nothing where there is none. A member that stands twice is refused by require_unique.
Json const* member(Json const& object, std::string_view name) noexcept;
/// \throws Error malformed where two members of `object` have one name
void require_unique(Json const& object, std::string const& path);

} // namespace adapters::jsonstat
