#include "gateway/feed/avro/datum.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <limits>

namespace gateway::feed::avro {
namespace {

using Json = rapidjson::Value;
using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

[[noreturn]] void mismatch(Schema const& schema, NodeNo node, std::string const& got) {
    auto const& what = schema.node(node);
    throw Error{Errc::malformed, got + " is no value of type " +
                                     (what.name.empty() ? std::string{to_string(what.type)} : what.name)};
}

std::string shown(Json const& json) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer{buffer};
    json.Accept(writer);
    std::string text{buffer.GetString(), buffer.GetSize()};
    if (text.size() > 60) text.replace(57, std::string::npos, "...");
    return text;
}

std::int32_t symbol_index(SchemaNode const& node, std::string_view symbol) noexcept {
    auto const found = std::find(node.symbols.begin(), node.symbols.end(), symbol);
    return found == node.symbols.end() ? -1 : static_cast<std::int32_t>(found - node.symbols.begin());
}

/// Bytes in JSON: one code point 0..255 for each.
std::string bytes_from_json(Schema const& schema, NodeNo node, Json const& json) {
    std::string_view const text{json.GetString(), json.GetStringLength()};
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            bytes.push_back(text[i]);
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
            auto const low = static_cast<unsigned>(static_cast<unsigned char>(text[++i]));
            bytes.push_back(static_cast<char>((byte & 3U) << 6U | (low & 0x3FU)));
        } else {
            mismatch(schema, node, shown(json));
        }
    }
    return bytes;
}

Datum from_json(Schema const& schema, NodeNo node, Json const& json, unsigned depth) {
    if (depth > datum_depth_limit) throw Error{Errc::malformed, "value is nested too deeply"};
    auto const& what = schema.node(node);
    Datum datum;
    datum.type = what.type;
    auto const require = [&](bool fits) {
        if (!fits) mismatch(schema, node, shown(json));
    };
    switch (what.type) {
    case Type::null: require(json.IsNull()); break;
    case Type::boolean:
        require(json.IsBool());
        datum.number = json.GetBool() ? 1 : 0;
        break;
    case Type::int_:
        require(json.IsInt());
        datum.number = json.GetInt();
        break;
    case Type::long_:
        require(json.IsInt64());
        datum.number = json.GetInt64();
        break;
    case Type::float_:
    case Type::double_:
        require(json.IsNumber());
        datum.real = json.GetDouble();
        break;
    case Type::bytes:
    case Type::fixed:
        require(json.IsString());
        datum.text = bytes_from_json(schema, node, json);
        require(what.type == Type::bytes || datum.text.size() == what.size);
        break;
    case Type::string:
        require(json.IsString());
        datum.text.assign(json.GetString(), json.GetStringLength());
        break;
    case Type::enumeration:
        require(json.IsString());
        datum.text.assign(json.GetString(), json.GetStringLength());
        datum.number = symbol_index(what, datum.text);
        require(datum.number >= 0);
        break;
    case Type::array:
        require(json.IsArray());
        for (auto const& item : json.GetArray())
            datum.items.push_back(from_json(schema, what.items, item, depth + 1));
        break;
    case Type::map:
        require(json.IsObject());
        for (auto const& item : json.GetObject()) {
            datum.keys.emplace_back(item.name.GetString(), item.name.GetStringLength());
            datum.items.push_back(from_json(schema, what.items, item.value, depth + 1));
        }
        break;
    case Type::record:
        require(json.IsObject());
        for (auto const& field : what.fields) {
            auto const found = json.FindMember(field.name.c_str());
            if (found != json.MemberEnd())
                datum.items.push_back(from_json(schema, field.type, found->value, depth + 1));
            else if (field.default_json)
                datum.items.push_back(datum_from_json(schema, field.type, *field.default_json));
            else
                mismatch(schema, node, shown(json) + " without '" + field.name + "'");
        }
        break;
    case Type::union_:
        datum = from_json(schema, what.branches.front(), json, depth + 1);
        datum.branch = 0;
        break;
    }
    return datum;
}

void write_bytes(JsonWriter& writer, std::string_view bytes) {
    std::string text;
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text.push_back(c);
        } else {
            text.push_back(static_cast<char>(0xC0U | byte >> 6U));
            text.push_back(static_cast<char>(0x80U | (byte & 0x3FU)));
        }
    }
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_json(JsonWriter& writer, Schema const& schema, NodeNo node, Datum const& datum) {
    auto const& what = schema.node(node);
    auto const text = [&](std::string const& value) {
        writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    switch (what.type) {
    case Type::null: writer.Null(); break;
    case Type::boolean: writer.Bool(datum.number != 0); break;
    case Type::int_:
    case Type::long_: writer.Int64(datum.number); break;
    case Type::float_:
    case Type::double_: writer.Double(datum.real); break;
    case Type::bytes:
    case Type::fixed: write_bytes(writer, datum.text); break;
    case Type::string:
    case Type::enumeration: text(datum.text); break;
    case Type::array:
        writer.StartArray();
        for (auto const& item : datum.items) write_json(writer, schema, what.items, item);
        writer.EndArray();
        break;
    case Type::map:
        writer.StartObject();
        for (std::size_t i = 0; i < datum.items.size(); ++i) {
            text(datum.keys[i]);
            write_json(writer, schema, what.items, datum.items[i]);
        }
        writer.EndObject();
        break;
    case Type::record:
        writer.StartObject();
        for (std::size_t i = 0; i < what.fields.size(); ++i) {
            text(what.fields[i].name);
            write_json(writer, schema, what.fields[i].type, datum.items[i]);
        }
        writer.EndObject();
        break;
    case Type::union_: {
        auto const branch = what.branches[static_cast<std::size_t>(datum.branch)];
        auto const& inner = schema.node(branch);
        if (inner.type == Type::null) {
            writer.Null();
            break;
        }
        writer.StartObject();
        text(is_named(inner.type) ? inner.name : std::string{to_string(inner.type)});
        write_json(writer, schema, branch, datum);
        writer.EndObject();
        break;
    }
    }
}

void require(bool fits, SchemaNode const& what) {
    if (!fits)
        throw Error{Errc::invalid_argument,
                    "value does not fit type " +
                        (what.name.empty() ? std::string{to_string(what.type)} : what.name)};
}

template <typename Real>
void append_real(Buffer& out, Real value) {
    auto* const at = out.room(sizeof value);
    std::memcpy(at, &value, sizeof value); // little endian, as every machine we build for
    out.commit(at + sizeof value);
}

void append_raw(Buffer& out, std::string_view bytes) {
    auto* const at = out.room(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    out.commit(at + bytes.size());
}

} // namespace

bool operator==(Datum const& a, Datum const& b) {
    return a.type == b.type && a.number == b.number && a.real == b.real && a.text == b.text &&
           a.branch == b.branch && a.keys == b.keys && a.items == b.items;
}

Datum datum_from_json(Schema const& schema, NodeNo node, std::string_view json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    if (document.HasParseError()) throw Error{Errc::malformed, std::string{json} + " is not JSON"};
    return from_json(schema, node, document, 0);
}

std::string to_json(Schema const& schema, NodeNo node, Datum const& datum) {
    rapidjson::StringBuffer buffer;
    JsonWriter writer{buffer};
    write_json(writer, schema, node, datum);
    return {buffer.GetString(), buffer.GetSize()};
}

void encode(Schema const& schema, NodeNo node, Datum const& datum, Buffer& out) {
    auto const& what = schema.node(node);
    if (what.type == Type::union_) {
        require(datum.branch >= 0 && static_cast<std::size_t>(datum.branch) < what.branches.size(), what);
        append_long(out, datum.branch);
        return encode(schema, what.branches[static_cast<std::size_t>(datum.branch)], datum, out);
    }
    require(datum.type == what.type, what);
    switch (what.type) {
    case Type::null:
    case Type::union_: break;
    case Type::boolean:
        append_raw(out, datum.number != 0 ? std::string_view{"\1", 1} : std::string_view{"\0", 1});
        break;
    case Type::enumeration:
        require(datum.number >= 0 && static_cast<std::size_t>(datum.number) < what.symbols.size(), what);
        append_long(out, datum.number);
        break;
    case Type::int_:
        require(datum.number >= INT32_MIN && datum.number <= INT32_MAX, what);
        append_long(out, datum.number);
        break;
    case Type::long_: append_long(out, datum.number); break;
    case Type::float_: append_real(out, static_cast<float>(datum.real)); break;
    case Type::double_: append_real(out, datum.real); break;
    case Type::bytes:
    case Type::string: append_bytes(out, datum.text); break;
    case Type::fixed:
        require(datum.text.size() == what.size, what);
        append_raw(out, datum.text);
        break;
    case Type::array:
    case Type::map:
        require(what.type == Type::array || datum.keys.size() == datum.items.size(), what);
        if (!datum.items.empty()) append_long(out, static_cast<std::int64_t>(datum.items.size()));
        for (std::size_t i = 0; i < datum.items.size(); ++i) {
            if (what.type == Type::map) append_bytes(out, datum.keys[i]);
            encode(schema, what.items, datum.items[i], out);
        }
        append_long(out, 0);
        break;
    case Type::record:
        require(datum.items.size() == what.fields.size(), what);
        for (std::size_t i = 0; i < what.fields.size(); ++i)
            encode(schema, what.fields[i].type, datum.items[i], out);
        break;
    }
}

void skip(Schema const& schema, NodeNo node, Cursor& cursor, unsigned depth) {
    if (depth > datum_depth_limit) cursor.fail("value is nested too deeply");
    auto const& what = schema.node(node);
    switch (what.type) {
    case Type::null: break;
    case Type::boolean: (void)cursor.take_boolean(); break;
    case Type::int_:
    case Type::long_:
    case Type::enumeration: (void)cursor.take_long(); break;
    case Type::float_: (void)cursor.take(4); break;
    case Type::double_: (void)cursor.take(8); break;
    case Type::bytes:
    case Type::string: (void)cursor.take_bytes(); break;
    case Type::fixed: (void)cursor.take(what.size); break;
    case Type::array:
    case Type::map: {
        auto const least = schema.least_bytes(what.items) + (what.type == Type::map ? 1 : 0);
        while (auto const count = cursor.take_block(least))
            for (std::uint64_t i = 0; i < count; ++i) {
                if (what.type == Type::map) (void)cursor.take_bytes();
                skip(schema, what.items, cursor, depth + 1);
            }
        break;
    }
    case Type::record:
        for (auto const& field : what.fields) skip(schema, field.type, cursor, depth + 1);
        break;
    case Type::union_: {
        auto const branch = cursor.take_long();
        if (branch < 0 || static_cast<std::uint64_t>(branch) >= what.branches.size())
            cursor.fail("union has no branch " + std::to_string(branch));
        skip(schema, what.branches[static_cast<std::size_t>(branch)], cursor, depth + 1);
        break;
    }
    }
}

} // namespace gateway::feed::avro
