// What an SDMX-JSON message says beside its series and observations. Internal to json_reader.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdmx/json_text.hpp"
#include "adapters/sdmx/sink.hpp"

namespace adapters::sdmx {

struct JsonComponent {
    std::string id;
    Role role = Role::unknown;
    std::vector<std::optional<std::string>> values; ///< nothing for null
    bool is_list = false;                           ///< `values` was given
};

struct JsonStructure {
    Reference reference;
    std::vector<JsonComponent> data_set_dimensions, series_dimensions, observation_dimensions;
    std::vector<JsonComponent> data_set_attributes, group_attributes, series_attributes,
        observation_attributes;
    std::vector<JsonComponent> measures;
};

struct JsonDataSet {
    std::size_t structure = 0;
    Action action = Action::information;
    bool says_action = false;
    std::vector<std::string> attributes; ///< text, one per attribute of the data set; empty = none
    std::vector<std::pair<std::string, std::vector<std::string>>> groups; ///< key to texts
};

struct JsonLayout {
    MessageInfo info;
    std::vector<JsonStructure> structures;
    std::vector<JsonDataSet> data_sets;
    std::vector<Note> errors;
};

/// \throws Error
JsonLayout read_json_layout(std::string_view bytes, std::string const& name);

/// The text that `written` stands for: the value with that index, or `written` itself where the component has no
/// list. Nothing for null; `fault` where the index has no value.
std::optional<std::string> resolve(JsonComponent const& component, std::string_view written, bool is_integer,
                                   std::string& fault);

} // namespace adapters::sdmx
