// Avro schemas: everything a schema says, kept.
//
// Shape    nodes in a list, referred to by number, so that recursive types need no pointers. Names are full
//          names. Defaults are kept as JSON text; docs, aliases and logical types are kept too.
// Errors   malformed naming the place in the schema ("ObservationSeries.area.level"); names, duplicates,
// unions,
//          defaults and nesting are checked.
// Source   Apache Avro 1.11 specification, "Schema Declaration", "Names", "Parsing Canonical Form".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::feed::avro {

enum class Type : std::uint8_t {
    null,
    boolean,
    int_,
    long_,
    float_,
    double_,
    bytes,
    string,
    record,
    enumeration,
    array,
    map,
    union_,
    fixed,
};

std::string_view to_string(Type type) noexcept; ///< "int", "enum"
/// record, enum and fixed.
constexpr bool is_named(Type type) noexcept {
    return type == Type::record || type == Type::enumeration || type == Type::fixed;
}

using NodeNo = std::uint32_t;

struct SchemaField {
    std::string name;
    std::vector<std::string> aliases;
    std::string doc;
    NodeNo type = 0;
    std::optional<std::string> default_json;
};

struct SchemaNode {
    Type type = Type::null;
    std::string name;                 ///< full name of record, enum, fixed
    std::vector<std::string> aliases; ///< full names
    std::string doc;
    std::vector<SchemaField> fields;
    std::vector<std::string> symbols;
    std::optional<std::string> default_symbol;
    std::vector<NodeNo> branches;
    NodeNo items = 0;         ///< of array and map
    std::size_t size = 0;     ///< of fixed
    std::string logical_type; ///< empty where there is none or it does not fit the type
    int precision = 0;        ///< of decimal
    int scale = 0;
};

class Schema {
  public:
    static Schema parse(std::string_view json);

    [[nodiscard]] NodeNo root() const noexcept { return root_; }
    [[nodiscard]] SchemaNode const& node(NodeNo number) const { return nodes_[number]; }
    [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
    /// Fewest bytes that a value takes.
    [[nodiscard]] std::size_t least_bytes(NodeNo number) const { return least_bytes_[number]; }
    /// Parsing Canonical Form.
    [[nodiscard]] std::string canonical() const;
    /// CRC-64-AVRO of the canonical form.
    [[nodiscard]] std::uint64_t fingerprint() const;

  private:
    friend class SchemaParser;
    std::vector<SchemaNode> nodes_;
    std::vector<std::size_t> least_bytes_;
    NodeNo root_ = 0;
};

/// The name behind the last dot.
std::string_view short_name(std::string_view full_name) noexcept;

} // namespace gateway::feed::avro
