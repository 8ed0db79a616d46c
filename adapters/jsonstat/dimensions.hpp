// Dimensions of one dataset, from the JSON tree. Internal to the JSON-stat reader.
#pragma once

#include <string>

#include "adapters/cube/cube.hpp"
#include "adapters/jsonstat/json_tree.hpp"

namespace adapters::jsonstat {

/// `dataset` is a dataset of version 2.0, or one of a bundle of version 1; `path` names it in errors.
cube::Cube read_dimensions(Json const& dataset, std::string const& path);

/// A label: a text, or the text of some language.
std::string label_of(Json const& object);

} // namespace adapters::jsonstat
