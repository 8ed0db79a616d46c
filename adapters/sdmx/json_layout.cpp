#include "adapters/sdmx/json_layout.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>

namespace adapters::sdmx {
namespace {

using rapidjson::SizeType;
using rapidjson::Value;

/// Writes everything but the series and observations of data sets.
class Rest {
  public:
    explicit Rest(rapidjson::StringBuffer& out) : out_(out), writer_(out) {}
    rapidjson::MemoryStream const* stream = nullptr;
    std::string fault;
    Errc code = Errc::malformed;

    bool Null() { return skips() || value(writer_.Null()); }
    bool Bool(bool b) { return skips() || value(writer_.Bool(b)); }
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }
    // As a string: the digits must stay.
    bool RawNumber(char const* text, SizeType size, bool) {
        return skips() || value(writer_.String(text, size));
    }
    bool String(char const* text, SizeType size, bool) {
        return skips() || value(writer_.String(text, size));
    }
    bool StartObject() { return open() && (skipping_ != 0 || writer_.StartObject()); }
    bool StartArray() { return open() && (skipping_ != 0 || writer_.StartArray()); }
    bool EndObject(SizeType) {
        if (close()) return true;
        return writer_.EndObject();
    }
    bool EndArray(SizeType) {
        if (close()) return true;
        return writer_.EndArray();
    }
    bool Key(char const* text, SizeType size, bool) {
        if (skipping_ != 0) return true;
        std::string_view const key{text, size};
        if (depth_ < 3) keys_[depth_] = key;
        bool const in_data_set = (depth_ == 3 && keys_[1] == "dataSets") ||
                                 (depth_ == 4 && keys_[1] == "data" && keys_[2] == "dataSets");
        writer_.Key(text, size);
        if (in_data_set && (key == "series" || key == "observations")) {
            writer_.Null();
            skipping_ = depth_;
        }
        return true;
    }

  private:
    static constexpr std::size_t most_bytes = std::size_t{256} << 20U;
    bool skips() {
        if (skipping_ == 0) return false;
        if (depth_ == skipping_) skipping_ = 0; // the value was no container
        return true;
    }
    bool value(bool written) {
        if (out_.GetSize() > most_bytes) return refuse("the structure of the message is larger than 256 MiB");
        return written;
    }
    bool refuse(char const* text) {
        code = Errc::too_large;
        fault = text;
        return false;
    }
    bool open() {
        if (++depth_ > most_json_depth) return refuse("nested deeper than 64; no sound source sends that");
        return value(true);
    }
    /// True where the end belongs to what is skipped.
    bool close() {
        --depth_;
        if (skipping_ == 0) return false;
        if (depth_ == skipping_) skipping_ = 0;
        return true;
    }

    rapidjson::StringBuffer& out_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_;
    std::size_t depth_ = 0, skipping_ = 0;
    std::string keys_[3];
};

std::vector<JsonComponent> components_of(Value const* lists, char const* level, char const* other,
                                         Role role) {
    std::vector<JsonComponent> result;
    if (lists == nullptr) return result;
    auto const* list = member(*lists, level);
    if (list == nullptr) list = member(*lists, other);
    if (list == nullptr || !list->IsArray()) return result;
    for (SizeType i = 0; i < list->Size(); ++i) {
        auto const& entry = (*list)[i];
        JsonComponent component;
        component.id = text_of(entry, "id");
        component.role = role;
        if (auto const* const values = member(entry, "values"); values != nullptr && values->IsArray()) {
            component.is_list = !values->Empty();
            for (SizeType k = 0; k < values->Size(); ++k) {
                auto const& value = (*values)[k];
                // Coded values have an id; text stands as "value" (2.0) or "name" (1.0).
                if (value.IsNull())
                    component.values.emplace_back();
                else if (!value.IsObject())
                    component.values.emplace_back(text_of(value));
                else if (auto const* const id = member(value, "id"); id != nullptr)
                    component.values.emplace_back(text_of(*id));
                else if (auto const* const text = member(value, "value"); text != nullptr)
                    component.values.emplace_back(text_of(*text));
                else
                    component.values.emplace_back(text_of(value, "name"));
            }
        }
        result.push_back(std::move(component));
    }
    return result;
}

JsonStructure structure_of(Value const& json) {
    JsonStructure structure;
    if (auto const* const links = member(json, "links"); links != nullptr && links->IsArray())
        for (SizeType i = 0; i < links->Size(); ++i) {
            auto const found = parse_reference(text_of((*links)[i], "urn"));
            bool const is_better = structure.reference.id.empty() || found.kind == "DataStructure";
            if (!found.id.empty() && is_better) structure.reference = found;
        }
    auto const* const dimensions = member(json, "dimensions");
    structure.data_set_dimensions = components_of(dimensions, "dataSet", "dataset", Role::dimension);
    structure.series_dimensions = components_of(dimensions, "series", "series", Role::dimension);
    structure.observation_dimensions =
        components_of(dimensions, "observation", "observation", Role::dimension);
    auto const* const attributes = member(json, "attributes");
    structure.data_set_attributes = components_of(attributes, "dataSet", "dataset", Role::attribute);
    structure.group_attributes =
        components_of(attributes, "dimensionGroup", "dimensionGroup", Role::attribute);
    structure.series_attributes = components_of(attributes, "series", "series", Role::attribute);
    structure.observation_attributes =
        components_of(attributes, "observation", "observation", Role::attribute);
    structure.measures = components_of(member(json, "measures"), "observation", "observation", Role::measure);
    if (structure.measures.empty()) structure.measures.push_back({"OBS_VALUE", Role::measure, {}, false});
    return structure;
}

bool is_index(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string> resolve_all(Value const* values, std::vector<JsonComponent> const& components,
                                     std::string const& name) {
    std::vector<std::string> result;
    if (values == nullptr || !values->IsArray()) return result;
    for (SizeType i = 0; i < values->Size() && i < components.size(); ++i) {
        auto const& value = (*values)[i];
        auto const text = text_of(value);
        std::string fault;
        auto found = resolve(components[i], text, value.IsString() && is_index(text), fault);
        if (!fault.empty()) throw Error{Errc::malformed, name + ":1:1: " + fault};
        result.push_back(value.IsNull() ? std::string{} : found.value_or(std::string{}));
    }
    return result;
}

JsonDataSet data_set_of(Value const& json, std::vector<JsonStructure> const& structures,
                        std::string const& name) {
    JsonDataSet data_set;
    if (!json.IsObject()) throw Error{Errc::malformed, name + ":1:1: a data set that is no object"};
    auto const index = text_of(json, "structure");
    if (!index.empty()) {
        auto const [stop, fault] =
            std::from_chars(index.data(), index.data() + index.size(), data_set.structure);
        if (fault != std::errc{} || stop != index.data() + index.size() ||
            data_set.structure >= structures.size())
            throw Error{Errc::malformed, name + ":1:1: a data set refers to structure " + index +
                                             ", but the message has " + std::to_string(structures.size())};
    }
    auto const action = text_of(json, "action");
    data_set.says_action = !action.empty();
    bool is_known = action.empty();
    for (auto const candidate :
         {Action::information, Action::append, Action::replace, Action::delete_, Action::merge})
        if (action == to_string(candidate)) {
            data_set.action = candidate;
            is_known = true;
        }
    if (!is_known)
        throw Error{Errc::malformed, name + ":1:1: action '" + action +
                                         "'; SDMX knows Append, Replace, Delete, Information and Merge"};
    auto const& structure = structures[data_set.structure];
    data_set.attributes = resolve_all(member(json, "attributes"), structure.data_set_attributes, name);
    auto const* const groups = member(json, "dimensionGroupAttributes");
    if (groups != nullptr && groups->IsObject())
        for (auto group = groups->MemberBegin(); group < groups->MemberEnd(); ++group)
            data_set.groups.emplace_back(group->name.GetString(),
                                         resolve_all(&group->value, structure.group_attributes, name));
    return data_set;
}

} // namespace

std::optional<std::string> resolve(JsonComponent const& component, std::string_view written, bool is_integer,
                                   std::string& fault) {
    if (!component.is_list) return std::string{written};
    std::size_t index = 0;
    auto const* const end = written.data() + written.size();
    auto const [stop, error] = std::from_chars(written.data(), end, index);
    // A text beside a list of texts is itself.
    if (!is_integer) return std::string{written};
    if (error != std::errc{} || stop != end || index >= component.values.size()) {
        fault = "index " + std::string{written} + " of " + component.id + ", which has " +
                std::to_string(component.values.size()) + " values";
        return std::nullopt;
    }
    return component.values[index];
}

JsonLayout read_json_layout(std::string_view bytes, std::string const& name) {
    rapidjson::StringBuffer rest;
    Rest handler{rest};
    run_json(bytes, name, handler);
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(rest.GetString(), rest.GetSize());
    JsonLayout layout;
    layout.info.format = "sdmx-json-data";
    auto const* data = member(json, "data");
    auto const* const head = member(json, data == nullptr ? "header" : "meta");
    bool const is_draft = data == nullptr;
    if (is_draft) data = &json;
    if (auto const* const errors = member(json, "errors"); errors != nullptr && errors->IsArray())
        for (SizeType i = 0; i < errors->Size(); ++i)
            layout.errors.push_back({text_of((*errors)[i], "code"), "", {text_of((*errors)[i], "title")}});
    if (auto const* const many = member(*data, "structures"); many != nullptr && many->IsArray()) {
        layout.info.version = "2.0";
        for (SizeType i = 0; i < many->Size(); ++i) layout.structures.push_back(structure_of((*many)[i]));
    } else if (auto const* const one = member(*data, "structure"); one != nullptr && one->IsObject()) {
        layout.info.version = is_draft ? "1.0-wd" : "1.0";
        layout.structures.push_back(structure_of(*one));
    }
    if (head != nullptr) {
        layout.info.id = text_of(*head, "id");
        layout.info.prepared = text_of(*head, "prepared");
        layout.info.is_test = text_of(*head, "test") == "true";
        if (auto const* const sender = member(*head, "sender")) layout.info.sender = text_of(*sender, "id");
    }
    auto const* const sets = member(*data, "dataSets");
    bool const has_sets = sets != nullptr && sets->IsArray() && !sets->Empty();
    if (layout.structures.empty() && (has_sets || layout.errors.empty()))
        throw Error{Errc::not_a_table,
                    name + ":1:1: no SDMX-JSON data message: neither structure nor structures "
                           "in it; kreislauf inspect says what the file is"};
    if (has_sets)
        for (SizeType i = 0; i < sets->Size(); ++i)
            layout.data_sets.push_back(data_set_of((*sets)[i], layout.structures, name));
    return layout;
}

} // namespace adapters::sdmx
