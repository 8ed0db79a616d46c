#include "gateway/feed/avro/schema.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro/datum.hpp"

namespace gateway::feed::avro {
namespace {

constexpr std::array<std::string_view, 14> type_names{"null",   "boolean", "int",    "long",   "float",
                                                      "double", "bytes",   "string", "record", "enum",
                                                      "array",  "map",     "union",  "fixed"};
constexpr std::size_t text_limit_bytes = std::size_t{4} << 20U;
constexpr unsigned depth_limit = 64;

[[noreturn]] void fail(std::string const& path, std::string const& why) {
    throw Error{Errc::malformed, "Avro schema, " + (path.empty() ? std::string{"top"} : path) + ": " + why};
}

std::optional<Type> primitive(std::string_view name) noexcept {
    auto const end = type_names.begin() + 8;
    auto const found = std::find(type_names.begin(), end, name);
    if (found == end) return std::nullopt;
    return static_cast<Type>(found - type_names.begin());
}

bool is_name(std::string_view text) noexcept {
    auto const letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    if (text.empty() || !letter(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool is_full_name(std::string_view text) noexcept {
    for (;;) {
        auto const dot = text.find('.');
        if (!is_name(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::string_view text_of(rapidjson::Value const& json) noexcept {
    return {json.GetString(), json.GetStringLength()};
}

std::string json_text(rapidjson::Value const& json) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    json.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

bool logical_fits(std::string_view logical, Type type) noexcept {
    if (logical == "decimal") return type == Type::bytes || type == Type::fixed;
    if (logical == "uuid") return type == Type::string;
    if (logical == "date" || logical == "time-millis") return type == Type::int_;
    if (logical == "duration") return type == Type::fixed;
    return (logical == "time-micros" || logical == "timestamp-millis" || logical == "timestamp-micros" ||
            logical == "local-timestamp-millis" || logical == "local-timestamp-micros") &&
           type == Type::long_;
}

} // namespace

std::string_view to_string(Type type) noexcept {
    return type_names[static_cast<std::size_t>(type)];
}

std::string_view short_name(std::string_view full_name) noexcept {
    auto const dot = full_name.rfind('.');
    return dot == std::string_view::npos ? full_name : full_name.substr(dot + 1);
}

class SchemaParser {
  public:
    explicit SchemaParser(Schema& schema) : schema_(schema) {}

    NodeNo parse(rapidjson::Value const& json, std::string const& scope, std::string const& path,
                 unsigned depth) {
        if (depth > depth_limit) fail(path, "nested deeper than " + std::to_string(depth_limit) + " levels");
        if (json.IsString()) return reference(text_of(json), scope, path);
        if (json.IsArray()) return union_type(json, scope, path, depth);
        if (!json.IsObject()) fail(path, "a type is a name, an object or a list");
        auto const& type = member(json, "type", path);
        // {"type": {"type": "array", ...}} occurs and means the inner type.
        if (!type.IsString()) return parse(type, scope, path, depth + 1);
        auto const name = text_of(type);
        if (name == "record" || name == "error") return record(json, scope, path, depth);
        if (name == "enum") return enumeration(json, scope, path);
        if (name == "fixed") return fixed(json, scope, path);
        if (name == "array") return container(json, Type::array, "items", scope, path, depth);
        if (name == "map") return container(json, Type::map, "values", scope, path, depth);
        auto const simple = primitive(name);
        if (!simple) return reference(name, scope, path);
        auto const number = add(*simple);
        annotate(number, json, path);
        return number;
    }

    /// After all types are known: defaults and sizes.
    void complete() {
        for (auto const& node : schema_.nodes_)
            for (auto const& field : node.fields)
                if (field.default_json) {
                    try {
                        (void)datum_from_json(schema_, field.type, *field.default_json);
                    } catch (Error const& error) {
                        fail(node.name + "." + field.name, std::string{"default "} + error.what());
                    }
                }
        schema_.least_bytes_.assign(schema_.nodes_.size(), 0);
        std::vector<State> states(schema_.nodes_.size(), State::open);
        for (NodeNo i = 0; i < schema_.nodes_.size(); ++i) measure(i, states);
    }

  private:
    enum class State : std::uint8_t { open, busy, done };

    NodeNo add(Type type) {
        auto const number = static_cast<NodeNo>(schema_.nodes_.size());
        schema_.nodes_.emplace_back().type = type;
        return number;
    }
    SchemaNode& at(NodeNo number) { return schema_.nodes_[number]; }

    static rapidjson::Value const& member(rapidjson::Value const& json, char const* name,
                                          std::string const& path) {
        auto const found = json.FindMember(name);
        if (found == json.MemberEnd()) fail(path, std::string{"'"} + name + "' is missing");
        return found->value;
    }
    static std::string text_member(rapidjson::Value const& json, char const* name, std::string const& path) {
        auto const found = json.FindMember(name);
        if (found == json.MemberEnd()) return {};
        if (!found->value.IsString()) fail(path, std::string{"'"} + name + "' is not a text");
        return std::string{text_of(found->value)};
    }

    NodeNo reference(std::string_view name, std::string const& scope, std::string const& path) {
        if (auto const simple = primitive(name)) return add(*simple);
        auto const full = full_name(name, scope);
        auto found = named_.find(full);
        if (found == named_.end()) found = named_.find(std::string{name});
        if (found == named_.end())
            fail(path, "type '" + std::string{name} + "' is not defined before its use");
        return found->second;
    }

    static std::string full_name(std::string_view name, std::string const& scope) {
        if (scope.empty() || name.find('.') != std::string_view::npos) return std::string{name};
        return scope + "." + std::string{name};
    }

    void name(NodeNo number, rapidjson::Value const& json, std::string const& scope,
              std::string const& path) {
        auto const given = text_member(json, "name", path);
        auto const space = json.HasMember("namespace") ? text_member(json, "namespace", path) : scope;
        auto const full = full_name(given, space);
        if (!is_full_name(full)) fail(path, "'" + full + "' is not a name");
        if (primitive(full)) fail(path, "'" + full + "' is the name of a primitive type");
        if (!named_.emplace(full, number).second) fail(path, "type '" + full + "' is defined twice");
        at(number).name = full;
        at(number).doc = text_member(json, "doc", path);
        for (auto const& alias : names(json, "aliases", path))
            at(number).aliases.push_back(full_name(alias, scope_of(full)));
    }

    static std::string scope_of(std::string const& full) {
        auto const dot = full.rfind('.');
        return dot == std::string::npos ? std::string{} : full.substr(0, dot);
    }

    static std::vector<std::string> names(rapidjson::Value const& json, char const* key,
                                          std::string const& path) {
        std::vector<std::string> result;
        auto const found = json.FindMember(key);
        if (found == json.MemberEnd()) return result;
        if (!found->value.IsArray()) fail(path, std::string{"'"} + key + "' is not a list");
        for (auto const& item : found->value.GetArray()) {
            if (!item.IsString() || !is_full_name(text_of(item)))
                fail(path, std::string{"'"} + key + "' holds something that is not a name");
            result.emplace_back(text_of(item));
        }
        return result;
    }

    void annotate(NodeNo number, rapidjson::Value const& json, std::string const& path) {
        auto const logical = text_member(json, "logicalType", path);
        if (!logical_fits(logical, at(number).type)) return; // the specification: ignore it
        auto const whole = [&](char const* key) {
            auto const found = json.FindMember(key);
            return found != json.MemberEnd() && found->value.IsInt() ? found->value.GetInt() : 0;
        };
        auto const precision = whole("precision");
        auto const scale = whole("scale");
        if (logical == "decimal" && (precision < 1 || scale < 0 || scale > precision)) return;
        at(number).logical_type = logical;
        at(number).precision = precision;
        at(number).scale = scale;
    }

    NodeNo union_type(rapidjson::Value const& json, std::string const& scope, std::string const& path,
                      unsigned depth) {
        auto const number = add(Type::union_);
        std::set<std::string> seen;
        std::vector<NodeNo> branches;
        for (auto const& item : json.GetArray()) {
            auto const branch = parse(item, scope, path, depth + 1);
            auto const type = at(branch).type;
            if (type == Type::union_) fail(path, "a union stands directly in a union");
            auto const& label = is_named(type) ? at(branch).name : std::string{to_string(type)};
            if (!seen.insert(label).second) fail(path, "the union holds '" + label + "' twice");
            branches.push_back(branch);
        }
        if (branches.empty()) fail(path, "the union is empty");
        at(number).branches = std::move(branches);
        return number;
    }

    NodeNo container(rapidjson::Value const& json, Type type, char const* key, std::string const& scope,
                     std::string const& path, unsigned depth) {
        auto const number = add(type);
        auto const items = parse(member(json, key, path), scope, path + "[]", depth + 1);
        at(number).items = items;
        return number;
    }

    NodeNo record(rapidjson::Value const& json, std::string const& scope, std::string const& path,
                  unsigned depth) {
        auto const number = add(Type::record);
        name(number, json, scope, path);
        auto const inner = scope_of(at(number).name);
        auto const& fields = member(json, "fields", path);
        if (!fields.IsArray()) fail(path, "'fields' is not a list");
        std::set<std::string> seen;
        std::vector<SchemaField> result;
        for (auto const& item : fields.GetArray()) {
            if (!item.IsObject()) fail(path, "a field is not an object");
            SchemaField field;
            field.name = text_member(item, "name", path);
            auto const place = std::string{short_name(at(number).name)} + "." + field.name;
            if (!is_name(field.name)) fail(place, "'" + field.name + "' is not a name");
            if (!seen.insert(field.name).second) fail(place, "field is defined twice");
            field.doc = text_member(item, "doc", place);
            field.aliases = names(item, "aliases", place);
            field.type = parse(member(item, "type", place), inner, place, depth + 1);
            if (auto const found = item.FindMember("default"); found != item.MemberEnd())
                field.default_json = json_text(found->value);
            result.push_back(std::move(field));
        }
        at(number).fields = std::move(result);
        return number;
    }

    NodeNo enumeration(rapidjson::Value const& json, std::string const& scope, std::string const& path) {
        auto const number = add(Type::enumeration);
        name(number, json, scope, path);
        auto& node = at(number);
        node.symbols = names(json, "symbols", path);
        if (node.symbols.empty()) fail(path, "the enum has no symbols");
        std::set<std::string> seen;
        for (auto const& symbol : node.symbols) {
            if (!is_name(symbol)) fail(path, "'" + symbol + "' is not a symbol");
            if (!seen.insert(symbol).second) fail(path, "the enum holds '" + symbol + "' twice");
        }
        if (json.HasMember("default")) {
            node.default_symbol = text_member(json, "default", path);
            if (seen.count(*node.default_symbol) == 0)
                fail(path, "default '" + *node.default_symbol + "' is not among the symbols");
        }
        return number;
    }

    NodeNo fixed(rapidjson::Value const& json, std::string const& scope, std::string const& path) {
        auto const number = add(Type::fixed);
        name(number, json, scope, path);
        auto const& size = member(json, "size", path);
        if (!size.IsUint() || size.GetUint() > text_limit_bytes)
            fail(path, "'size' is not a sensible number");
        at(number).size = size.GetUint();
        annotate(number, json, path);
        return number;
    }

    std::size_t measure(NodeNo number, std::vector<State>& states) {
        auto const& node = schema_.nodes_[number];
        if (states[number] == State::done) return schema_.least_bytes_[number];
        if (states[number] == State::busy) fail(node.name, "the record contains itself without end");
        states[number] = State::busy;
        std::size_t least = 1;
        switch (node.type) {
        case Type::null: least = 0; break;
        case Type::float_: least = 4; break;
        case Type::double_: least = 8; break;
        case Type::fixed: least = node.size; break;
        case Type::record:
            least = 0;
            for (auto const& field : node.fields) least += measure(field.type, states);
            break;
        default: break;
        }
        schema_.least_bytes_[number] = least;
        states[number] = State::done;
        return least;
    }

    Schema& schema_;
    std::map<std::string, NodeNo> named_;
};

Schema Schema::parse(std::string_view json) {
    if (json.size() > text_limit_bytes)
        throw Error{Errc::too_large, "Avro schema of " + std::to_string(json.size()) + " bytes"};
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                           json.size());
    if (document.HasParseError())
        throw Error{Errc::malformed, "Avro schema: character " +
                                         std::to_string(document.GetErrorOffset() + 1) + ": " +
                                         rapidjson::GetParseError_En(document.GetParseError())};
    Schema schema;
    SchemaParser parser{schema};
    schema.root_ = parser.parse(document, {}, {}, 0);
    parser.complete();
    return schema;
}

} // namespace gateway::feed::avro
