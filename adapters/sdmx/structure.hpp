// SDMX structures: what a data message takes for granted.
//
// Read from SDMX-ML 2.1 and 3.0 and SDMX-JSON 1.0 and 2.0: data structures, code lists (partial ones, value
// lists, geographic lists, hierarchies as counts), concept schemes, dataflows, constraints, structure and
// representation maps. Everything else (VTL, categories, organisations, metadata structures) is counted and
// passed over.
//
// Errors   Error malformed, truncated, too_large naming place and thing; not_a_table where the document is a
//          data or error message
// Source   SDMX 2.1 and 3.0, SDMXStructure.xsd; SDMX-JSON structure message 1.0 and 2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdmx/sink.hpp"
#include "gateway/io/xml_stream.hpp"

namespace adapters::sdmx {

struct ComponentInfo {
    std::string id;
    Role role = Role::unknown;
    std::string concept_id;
    Reference code_list; ///< id empty where it is not coded
    bool is_measure_dimension = false;
    std::vector<std::string> attached_to; ///< dimensions, or one group, of an attribute; empty = see `level`
    std::string level;                    ///< "DataSet", "Observation", "Dimensions", "Group" of an attribute
    bool is_array = false;                ///< several values are allowed
};

struct DataStructure {
    Reference self;
    std::vector<ComponentInfo> components;                  ///< dimensions in key order first
    std::map<std::string, std::vector<std::string>> groups; ///< id to dimensions
    bool is_stub = false;
    [[nodiscard]] Role role_of(std::string_view id) const noexcept;
    [[nodiscard]] ComponentInfo const* find(std::string_view id) const noexcept;
};

struct Item {
    std::string id, name, parent;
};

/// A code list, value list, geographic code list or concept scheme.
struct ItemList {
    Reference self;
    std::string name;
    bool is_partial = false;
    std::vector<Item> items;
    std::vector<Reference> extends; ///< 3.0: lists whose codes belong to it as well
};

/// What a constraint says of one component: the codes that occur, or may occur.
struct KeyValues {
    std::string component;
    bool is_included = true;
    std::vector<std::string> values;
};
struct Constraint {
    Reference self;
    std::string type; ///< "Actual", "Allowed"
    std::vector<Reference> attached_to;
    std::vector<KeyValues> values;
};

/// A row of a representation map: n source values become m target values.
struct MapRow {
    struct Source {
        std::string value;
        bool is_regex = false;
        std::optional<unsigned> start, end; ///< part of the source value that is compared
    };
    std::vector<Source> sources;
    std::vector<std::string> targets;
    std::string valid_from, valid_to;
};
struct RepresentationMap {
    Reference self;
    std::vector<std::string> source_types, target_types; ///< code list names or data types
    std::vector<MapRow> rows;
};
struct StructureMap {
    struct ComponentMap {
        std::vector<std::string> sources, targets;
        std::string representation; ///< "ESTAT:REPMAP_SEX(1.0)"; empty = copied unchanged
    };
    struct FixedValue {
        std::string component, value;
        bool is_source = false;
    };
    struct DatePattern {
        std::string source, target, pattern, locale, frequency, frequency_dimension, resolve;
    };
    Reference self, source, target;
    std::vector<ComponentMap> components;
    std::vector<FixedValue> fixed;
    std::vector<DatePattern> dates;
};

struct Structures {
    std::string version; ///< of SDMX
    std::string format;  ///< "structure", "sdmx-json-structure"
    std::vector<DataStructure> data_structures;
    std::vector<ItemList> code_lists;
    std::vector<ItemList> concept_schemes;
    std::map<std::string, Reference> dataflows; ///< "ESTAT:NA_MAIN(1.0)" to its data structure
    std::vector<Constraint> constraints;
    std::vector<RepresentationMap> representation_maps;
    std::vector<StructureMap> structure_maps;
    std::map<std::string, std::uint64_t> artefacts; ///< element name to count: "Codelist": 8
    std::vector<Issue> issues;

    /// Adds what another document has.
    void add(Structures other);
    /// The data structure that a data set refers to, directly or by its dataflow. Where a message has only one
    /// data structure and the reference is a dataflow that is not known here, it is that one: services send a
    /// structure without its dataflow. nullptr where none fits.
    [[nodiscard]] DataStructure const* structure_of(Reference const& reference) const noexcept;
    [[nodiscard]] ItemList const* code_list(Reference const& reference) const noexcept;
};

/// `name` is for messages.
Structures read_structures_ml(gateway::io::XmlSource source, std::string const& name);
Structures read_structures_json(std::string_view bytes, std::string const& name);
/// Either, by the first character.
Structures read_structures(std::string_view bytes, std::string const& name);

} // namespace adapters::sdmx
