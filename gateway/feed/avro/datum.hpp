// Datum: a value of any Avro schema, for schema resolution, defaults and tests.
//
// Shape    one type for all; which members count follows from the type. int, long and the index of an enum
// are
//          in `number`, float and double in `real`, bytes, string, fixed and the symbol of an enum in `text`,
//          items of array, map and record in `items`, keys of a map in `keys`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/avro/binary.hpp"
#include "gateway/feed/avro/schema.hpp"

namespace gateway::feed::avro {

struct Datum {
    Type type = Type::null;
    std::int64_t number = 0;
    double real = 0;
    std::string text;
    std::vector<Datum> items;
    std::vector<std::string> keys;
    std::int32_t branch = -1; ///< where the schema is a union: which branch holds this value

    friend bool operator==(Datum const& a, Datum const& b);
};

/// Values nest no deeper than this, whatever a recursive schema allows.
inline constexpr unsigned datum_depth_limit = 128;

/// A field's default: JSON as the specification maps it; a union's default belongs to its first branch.
/// \throws Error malformed where the JSON does not fit the type
Datum datum_from_json(Schema const& schema, NodeNo node, std::string_view json);
/// For messages and golden files; bytes that are no ASCII stand as \u00XX.
std::string to_json(Schema const& schema, NodeNo node, Datum const& datum);
/// Appends the binary form. Throws Error invalid_argument where the value does not fit the schema.
void encode(Schema const& schema, NodeNo node, Datum const& datum, Buffer& out);
/// Passes over a value.
void skip(Schema const& schema, NodeNo node, Cursor& cursor, unsigned depth = 0);

} // namespace gateway::feed::avro
