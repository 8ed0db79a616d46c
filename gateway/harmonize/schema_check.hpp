// Checks a mapping file against its JSON Schema and says where it breaks it.
//
// The JSON Schema library stays behind this header. It decides; the place is then found by walking the
// schema and the tree together, because the library knows JSON paths only and the author needs a line.
//
// Source   JSON Schema draft 7; schemas/mapping/*.schema.json. The `description` of a schema says what is
//          expected, its `$comment` what to do next.
#pragma once

#include <string>
#include <string_view>

#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

/// Throws fault() for the first place, in file order, that breaks the schema. `schema_name` is for messages.
void check_schema(Tree const& tree, std::string const& file, std::string_view schema,
                  std::string const& schema_name);

} // namespace gateway::harmonize
