#include "gateway/serve/api/rdf.hpp"

#include <algorithm>
#include <array>

#include "gateway/serve/json.hpp"

namespace gateway::serve::api::rdf {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> vocabularies{
    {{"dcat", "http://www.w3.org/ns/dcat#"},
     {"dcatap", "http://data.europa.eu/r5r/"},
     {"dcatde", "http://dcat-ap.de/def/dcatde/"},
     {"dct", "http://purl.org/dc/terms/"},
     {"foaf", "http://xmlns.com/foaf/0.1/"},
     {"owl", "http://www.w3.org/2002/07/owl#"},
     {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
     {"skos", "http://www.w3.org/2004/02/skos/core#"},
     {"vcard", "http://www.w3.org/2006/vcard/ns#"},
     {"xsd", "http://www.w3.org/2001/XMLSchema#"}}};

/// Written as lists in JSON, also of one: who reads JSON alone need not look first.
constexpr std::array<std::string_view, 6> lists{"dcat:dataset", "dcat:distribution", "dcat:keyword",
                                                "dcat:service", "dcat:theme",        "dct:spatial"};

std::string whole_name(std::string_view name) {
    auto const colon = name.find(':');
    for (auto const& vocabulary : vocabularies)
        if (vocabulary.first == name.substr(0, colon))
            return std::string{vocabulary.second} + std::string{name.substr(colon + 1)};
    return std::string{name};
}

void put(Json& json, Thing const& thing);

void put(Json& json, Value const& value) {
    if (value.thing) return put(json, *value.thing);
    json.object();
    if (!value.address.empty()) {
        json.field("@id", value.address);
    } else {
        json.field("@value", value.text);
        if (!value.language.empty()) json.field("@language", value.language);
        if (!value.type.empty()) json.field("@type", whole_name(value.type));
    }
    json.end_object();
}

void put_parts(Json& json, Thing const& thing) {
    if (!thing.address.empty()) json.field("@id", thing.address);
    if (thing.classes.size() == 1) json.field("@type", thing.classes.front());
    if (thing.classes.size() > 1) {
        json.key("@type").array();
        for (auto const& one : thing.classes) json.text(one);
        json.end_array();
    }
    for (auto const& statement : thing.statements) {
        json.key(statement.first);
        bool const is_list = statement.second.size() > 1 ||
                             std::find(lists.begin(), lists.end(), statement.first) != lists.end();
        if (is_list) json.array();
        for (auto const& value : statement.second) put(json, value);
        if (is_list) json.end_array();
    }
}

void put(Json& json, Thing const& thing) {
    json.object();
    put_parts(json, thing);
    json.end_object();
}

/// A text in Turtle.
std::string quoted(std::string_view text) {
    constexpr unsigned char first_printable = 0x20;
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\r') {
            result += "\\r";
        } else if (byte < first_printable) {
            result += "\\u00";
            result += digits[byte >> 4U];
            result += digits[byte & 0xFU];
        } else {
            result += c;
        }
    }
    return result + "\"";
}

/// An address in Turtle; what must not stand in one is percent-encoded.
std::string bracketed(std::string_view address) {
    constexpr std::string_view forbidden = "<>\"{}|^`\\";
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr unsigned char space = 0x20;
    std::string result = "<";
    for (char const c : address) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte <= space || forbidden.find(c) != std::string_view::npos) {
            result += '%';
            result += digits[byte >> 4U];
            result += digits[byte & 0xFU];
        } else {
            result += c;
        }
    }
    return result + ">";
}

std::string inside_of(Thing const& thing, std::string const& indent);

std::string turtle_of(Value const& value, std::string const& indent) {
    if (value.thing && value.thing->address.empty())
        return "[" + inside_of(*value.thing, indent + "    ") + " ]";
    if (value.thing) return bracketed(value.thing->address);
    if (!value.address.empty()) return bracketed(value.address);
    auto text = quoted(value.text);
    if (!value.language.empty()) text += "@" + value.language;
    if (!value.type.empty()) text += "^^" + value.type;
    return text;
}

std::string inside_of(Thing const& thing, std::string const& indent) {
    std::string out;
    auto const next = [&] { out += out.empty() ? " " : " ;\n" + indent; };
    for (auto const& one : thing.classes) {
        next();
        out += "a " + one;
    }
    for (auto const& statement : thing.statements) {
        next();
        out += statement.first;
        char const* before = " ";
        for (auto const& value : statement.second) {
            out += before + turtle_of(value, indent);
            before = ", ";
        }
    }
    return out;
}

/// Things with an address are told on their own.
void tell(std::string& out, Thing const& thing) {
    if (!thing.address.empty()) out += "\n" + bracketed(thing.address) + inside_of(thing, "    ") + " .\n";
    for (auto const& statement : thing.statements)
        for (auto const& value : statement.second)
            if (value.thing) tell(out, *value.thing);
}

} // namespace

Value at(std::string address) {
    Value value;
    value.address = std::move(address);
    return value;
}

Value text(std::string words, std::string language) {
    Value value;
    value.text = std::move(words);
    value.language = std::move(language);
    return value;
}

Value typed(std::string words, std::string type) {
    Value value;
    value.text = std::move(words);
    value.type = std::move(type);
    return value;
}

Value made_of(Thing thing) {
    Value value;
    value.thing = std::make_shared<Thing const>(std::move(thing));
    return value;
}

Thing& Thing::say(std::string_view name, Value value) {
    if (value.address.empty() && value.text.empty() && !value.thing) return *this;
    auto const known = std::find_if(statements.begin(), statements.end(),
                                    [name](auto const& statement) { return statement.first == name; });
    if (known != statements.end())
        known->second.push_back(std::move(value));
    else
        statements.emplace_back(std::string{name}, std::vector<Value>{std::move(value)});
    return *this;
}

std::string as_json_ld(Thing const& root) {
    Json json;
    json.object().key("@context").object();
    for (auto const& vocabulary : vocabularies) json.field(vocabulary.first, vocabulary.second);
    json.end_object();
    put_parts(json, root);
    json.end_object();
    return json.take() + "\n";
}

std::string as_turtle(Thing const& root) {
    std::string out;
    for (auto const& vocabulary : vocabularies) {
        out += "@prefix ";
        out += vocabulary.first;
        out += ": <";
        out += vocabulary.second;
        out += "> .\n";
    }
    tell(out, root);
    return out;
}

} // namespace gateway::serve::api::rdf
