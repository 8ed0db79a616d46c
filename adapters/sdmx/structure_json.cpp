#include <charconv>
#include <utility>

#include "adapters/sdmx/json_text.hpp"
#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {
namespace {

using rapidjson::SizeType;
using rapidjson::Value;

template <typename Each>
void each_of(Value const& object, char const* name, Each&& each) {
    auto const* const list = member(object, name);
    if (list == nullptr || !list->IsArray()) return;
    for (SizeType i = 0; i < list->Size(); ++i) each((*list)[i]);
}

Reference self_of(Value const& json, char const* kind) {
    return {kind, text_of(json, "agencyID"), text_of(json, "id"), text_of(json, "version"), {}};
}

std::string name_of(Value const& json) {
    if (auto const* const names = member(json, "names"))
        if (auto german = text_of(*names, "de"); !german.empty()) return german;
    return text_of(json, "name");
}

ItemList item_list(Value const& json, char const* kind, char const* items) {
    ItemList list;
    list.self = self_of(json, kind);
    list.name = name_of(json);
    list.is_partial = text_of(json, "isPartial") == "true";
    each_of(json, items, [&](Value const& item) {
        list.items.push_back({text_of(item, "id"), name_of(item), text_of(item, "parent")});
    });
    each_of(json, "codelistExtensions", [&](Value const& extension) {
        list.extends.push_back(parse_reference(text_of(extension, "codelist")));
    });
    return list;
}

ComponentInfo component_of(Value const& json, Role role) {
    ComponentInfo info;
    info.id = text_of(json, "id");
    info.role = role;
    info.is_measure_dimension = text_of(json, "type") == "MeasureDimension";
    auto const identity = parse_reference(text_of(json, "conceptIdentity"));
    info.concept_id = identity.item;
    if (info.id.empty()) info.id = info.concept_id;
    if (auto const* const local = member(json, "localRepresentation")) {
        info.code_list = parse_reference(text_of(*local, "enumeration"));
        auto const most = text_of(*local, "maxOccurs");
        info.is_array = !most.empty() && most != "1";
    }
    if (auto const* const attached = member(json, "attributeRelationship")) {
        if (member(*attached, "dimensions") != nullptr) {
            info.level = "Dimensions";
            each_of(*attached, "dimensions", [&](Value const& d) { info.attached_to.push_back(text_of(d)); });
        } else if (auto group = text_of(*attached, "group"); !group.empty()) {
            info.level = "Group";
            info.attached_to.push_back(std::move(group));
        } else {
            bool const at_observation =
                member(*attached, "observation") != nullptr || member(*attached, "primaryMeasure") != nullptr;
            info.level = at_observation ? "Observation" : "DataSet";
        }
    }
    return info;
}

DataStructure data_structure(Value const& json, std::string const& document) {
    DataStructure structure;
    structure.self = self_of(json, "DataStructure");
    auto const* const parts = member(json, "dataStructureComponents");
    structure.is_stub = parts == nullptr;
    if (parts == nullptr) return structure;
    auto const add = [&](Value const& component, Role role) {
        auto info = component_of(component, role);
        if (info.id.empty() || structure.find(info.id) != nullptr)
            throw Error{Errc::malformed, document + ":1:1: component '" + info.id + "' of " +
                                             structure.self.text() +
                                             (info.id.empty() ? " has no id" : " stands twice")};
        structure.components.push_back(std::move(info));
    };
    if (auto const* const list = member(*parts, "dimensionList")) {
        each_of(*list, "dimensions", [&](Value const& d) { add(d, Role::dimension); });
        each_of(*list, "measureDimensions", [&](Value const& d) { add(d, Role::dimension); });
        each_of(*list, "timeDimensions", [&](Value const& d) { add(d, Role::time); });
        if (auto const* const time = member(*list, "timeDimension")) add(*time, Role::time);
    }
    if (auto const* const list = member(*parts, "measureList")) {
        if (auto const* const primary = member(*list, "primaryMeasure")) add(*primary, Role::measure);
        each_of(*list, "measures", [&](Value const& m) { add(m, Role::measure); });
    }
    if (auto const* const list = member(*parts, "attributeList"))
        each_of(*list, "attributes", [&](Value const& a) { add(a, Role::attribute); });
    each_of(*parts, "groups", [&](Value const& group) {
        auto& dimensions = structure.groups[text_of(group, "id")];
        each_of(group, "groupDimensions", [&](Value const& d) { dimensions.push_back(text_of(d)); });
    });
    return structure;
}

std::optional<unsigned> index_of(Value const& json, char const* name) {
    auto const text = text_of(json, name);
    unsigned number = 0;
    auto const [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || fault != std::errc{}) return std::nullopt;
    return number;
}

std::string type_of(Value const& json) {
    for (auto const* const key : {"codelist", "valuelist"})
        if (auto const list = text_of(json, key); !list.empty()) return parse_reference(list).text();
    return text_of(json, "dataType");
}

RepresentationMap representation_map(Value const& json, std::string const& document) {
    RepresentationMap map;
    map.self = self_of(json, "RepresentationMap");
    each_of(json, "source", [&](Value const& type) { map.source_types.push_back(type_of(type)); });
    each_of(json, "target", [&](Value const& type) { map.target_types.push_back(type_of(type)); });
    each_of(json, "representationMappings", [&](Value const& mapping) {
        MapRow row;
        row.valid_from = text_of(mapping, "validFrom");
        row.valid_to = text_of(mapping, "validTo");
        each_of(mapping, "sourceValues", [&](Value const& source) {
            row.sources.push_back({text_of(source, "value"), text_of(source, "isRegEx") == "true",
                                   index_of(source, "startIndex"), index_of(source, "endIndex")});
        });
        each_of(mapping, "targetValues",
                [&](Value const& target) { row.targets.push_back(text_of(target)); });
        if (row.sources.size() != map.source_types.size() || row.targets.size() != map.target_types.size())
            throw Error{Errc::malformed, document + ":1:1: mapping " + std::to_string(map.rows.size() + 1) +
                                             " of " + map.self.text() + " has " +
                                             std::to_string(row.sources.size()) + " source and " +
                                             std::to_string(row.targets.size()) + " target values where " +
                                             std::to_string(map.source_types.size()) + " and " +
                                             std::to_string(map.target_types.size()) + " are announced"};
        map.rows.push_back(std::move(row));
    });
    return map;
}

StructureMap structure_map(Value const& json) {
    StructureMap map;
    map.self = self_of(json, "StructureMap");
    map.source = parse_reference(text_of(json, "source"));
    map.target = parse_reference(text_of(json, "target"));
    each_of(json, "componentMaps", [&](Value const& entry) {
        auto& component = map.components.emplace_back();
        each_of(entry, "source", [&](Value const& id) { component.sources.push_back(text_of(id)); });
        each_of(entry, "target", [&](Value const& id) { component.targets.push_back(text_of(id)); });
        component.representation = parse_reference(text_of(entry, "representationMap")).text();
    });
    each_of(json, "fixedValueMaps", [&](Value const& entry) {
        auto const target = text_of(entry, "target");
        auto const source = text_of(entry, "source");
        std::string value;
        if (auto const* const values = member(entry, "values")) value = text_of(*values);
        map.fixed.push_back({target.empty() ? source : target, value, target.empty()});
    });
    each_of(json, "datePatternMaps", [&](Value const& entry) {
        each_of(entry, "mappedComponents", [&](Value const& pair) {
            map.dates.push_back({text_of(pair, "source"), text_of(pair, "target"),
                                 text_of(entry, "sourcePattern"), text_of(entry, "locale"),
                                 text_of(entry, "targetFrequencyID"), text_of(entry, "frequencyDimension"),
                                 text_of(entry, "resolvePeriod")});
        });
    });
    return map;
}

Constraint constraint(Value const& json) {
    Constraint result;
    result.self = self_of(json, "ContentConstraint");
    result.type = text_of(json, "type");
    if (auto const* const attachment = member(json, "constraintAttachment"))
        for (auto const* const kind : {"dataflows", "dataStructures", "provisionAgreements"})
            each_of(*attachment, kind,
                    [&](Value const& urn) { result.attached_to.push_back(parse_reference(text_of(urn))); });
    each_of(json, "cubeRegions", [&](Value const& region) {
        bool const is_included =
            text_of(region, "isIncluded") != "false" && text_of(region, "include") != "false";
        for (auto const* const list : {"keyValues", "components"})
            each_of(region, list, [&](Value const& key) {
                auto& values = result.values.emplace_back();
                values.component = text_of(key, "id");
                values.is_included = is_included && text_of(key, "include") != "false";
                each_of(key, "values", [&](Value const& value) {
                    values.values.push_back(value.IsObject() ? text_of(value, "value") : text_of(value));
                });
            });
    });
    return result;
}

/// Keeps the depth of nesting in bounds; RapidJSON itself has none.
struct DepthCheck : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, DepthCheck> {
    rapidjson::MemoryStream const* stream = nullptr;
    std::string fault;
    Errc code = Errc::too_large;
    std::size_t depth = 0;
    bool StartObject() { return down(); }
    bool StartArray() { return down(); }
    bool EndObject(SizeType) { return up(); }
    bool EndArray(SizeType) { return up(); }

  private:
    bool up() {
        --depth;
        return true;
    }
    bool down() {
        if (++depth <= most_json_depth) return true;
        fault = "nested deeper than 64; no sound source sends that";
        return false;
    }
};

} // namespace

Structures read_structures_json(std::string_view bytes, std::string const& name) {
    bytes = without_mark(bytes);
    DepthCheck check;
    run_json(bytes, name, check);
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(bytes.data(),
                                                                                       bytes.size());
    Structures result;
    result.format = "sdmx-json-structure";
    auto const* data = member(json, "data");
    if (data == nullptr) data = &json;
    if (!data->IsObject() || member(*data, "dataSets") != nullptr)
        throw Error{Errc::not_a_table,
                    name + ":1:1: no SDMX-JSON structure message; ask the service for the data "
                           "structure with references=all"};
    if (auto const* const meta = member(json, "meta"))
        result.version = text_of(*meta, "schema").find("/2.") != std::string::npos ? "2.0" : "1.0";
    for (auto entry = data->MemberBegin(); entry < data->MemberEnd(); ++entry)
        if (entry->value.IsArray() && !entry->value.Empty())
            result.artefacts[entry->name.GetString()] = entry->value.Size();
    each_of(*data, "dataStructures",
            [&](Value const& d) { result.data_structures.push_back(data_structure(d, name)); });
    each_of(*data, "codelists",
            [&](Value const& list) { result.code_lists.push_back(item_list(list, "Codelist", "codes")); });
    each_of(*data, "valueLists", [&](Value const& list) {
        result.code_lists.push_back(item_list(list, "ValueList", "valueItems"));
    });
    each_of(*data, "geographicCodelists", [&](Value const& list) {
        result.code_lists.push_back(item_list(list, "GeographicCodelist", "geoFeatureSetCodes"));
    });
    each_of(*data, "conceptSchemes", [&](Value const& list) {
        result.concept_schemes.push_back(item_list(list, "ConceptScheme", "concepts"));
    });
    each_of(*data, "dataflows", [&](Value const& flow) {
        result.dataflows[self_of(flow, "Dataflow").text()] = parse_reference(text_of(flow, "structure"));
    });
    for (auto const* const kind : {"contentConstraints", "dataConstraints"})
        each_of(*data, kind, [&](Value const& c) { result.constraints.push_back(constraint(c)); });
    each_of(*data, "representationMaps",
            [&](Value const& map) { result.representation_maps.push_back(representation_map(map, name)); });
    each_of(*data, "structureMaps",
            [&](Value const& map) { result.structure_maps.push_back(structure_map(map)); });
    return result;
}

} // namespace adapters::sdmx
