// Where a mapping file breaks its schema: the walk behind the messages of schema_check.
//
// Covers the part of JSON Schema draft 7 that schemas/mapping/ uses: type, enum, pattern, required, dependencies
// (lists of keys), properties, additionalProperties, items, minItems, minLength, minProperties, minimum, maximum,
// $ref to #/definitions. tests/mappings refuses a schema with another keyword. Whether a file is valid is not decided here.
#pragma once

#include <rapidjson/document.h>

#include <string>

#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

struct Place {
    FilePlace mark;
    std::string found;
    std::string expected;
    std::string next_step;
};

/// The first fault in file order; line 1 where the walk finds none.
Place first_fault(rapidjson::Value const& schema, Tree const& tree);

} // namespace gateway::harmonize
