#include "gateway/harmonize/schema_place.hpp"

#include <algorithm>
#include <regex>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::harmonize {
namespace {

using Json = rapidjson::Value;

std::string_view text_at(Json const& object, char const* key) {
    auto const at = object.FindMember(key);
    if (at == object.MemberEnd() || !at->value.IsString()) return {};
    return {at->value.GetString(), at->value.GetStringLength()};
}

Json const* at(Json const& object, char const* key) {
    if (!object.IsObject()) return nullptr;
    auto const found = object.FindMember(key);
    return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string name_of(Json const& text) {
    return {text.GetString(), text.GetStringLength()};
}

bool is_type(Tree const& tree, std::string_view type) {
    switch (tree.kind) {
    case Tree::Kind::table: return type == "object";
    case Tree::Kind::array: return type == "array";
    case Tree::Kind::text: return type == "string";
    case Tree::Kind::integer: return type == "integer" || type == "number";
    case Tree::Kind::number: return type == "number";
    case Tree::Kind::boolean: return type == "boolean";
    case Tree::Kind::date: return type == "date";
    }
    return false;
}

std::string_view plain_name(std::string_view type) {
    if (type == "object") return "a table";
    if (type == "array") return "a list";
    if (type == "string") return "a text in quotes";
    if (type == "integer") return "a whole number";
    if (type == "boolean") return "true or false";
    return type;
}

std::string list_of(Json const& names) {
    std::string text;
    for (auto const& name : names.GetArray()) {
        if (!text.empty()) text += ", ";
        text += name.IsString() ? name_of(name) : "...";
    }
    return text;
}

class Walk {
  public:
    explicit Walk(Json const& root) : root_(root) {}

    void visit(Json const& given, Tree const& tree) {
        auto const& schema = resolved(given);
        if (!schema.IsObject()) return;
        if (is_date(schema) != (tree.kind == Tree::Kind::date)) {
            add(tree.mark, describe(tree), schema,
                is_date(schema) ? "a date such as 2024-12-31, without quotes" : expected_type(schema));
            return;
        }
        if (tree.kind == Tree::Kind::date) return;
        if (auto const type = text_at(schema, "type"); !type.empty() && !is_type(tree, type)) {
            add(tree.mark, describe(tree), schema, std::string{plain_name(type)});
            return;
        }
        if (tree.kind == Tree::Kind::table) visit_table(schema, tree);
        if (tree.kind == Tree::Kind::array) visit_array(schema, tree);
        if (tree.kind == Tree::Kind::text) visit_text(schema, tree);
        if (tree.kind == Tree::Kind::integer) visit_integer(schema, tree);
    }

    std::vector<Place> faults;

  private:
    static bool is_date(Json const& schema) { return text_at(schema, "title") == "date"; }

    static std::string expected_type(Json const& schema) {
        auto const type = text_at(schema, "type");
        return std::string{type.empty() ? "something else" : plain_name(type)};
    }

    Json const& resolved(Json const& schema) const {
        constexpr std::string_view prefix = "#/definitions/";
        auto const reference = schema.IsObject() ? text_at(schema, "$ref") : std::string_view{};
        if (!reference.starts_with(prefix)) return schema;
        auto const* definitions = at(root_, "definitions");
        auto const* target = definitions == nullptr
                                 ? nullptr
                                 : at(*definitions, std::string{reference.substr(prefix.size())}.c_str());
        return target == nullptr ? schema : *target;
    }

    void add(FilePlace mark, std::string found, Json const& schema, std::string expected) {
        auto const description = text_at(schema, "description");
        auto const next = text_at(schema, "$comment");
        faults.push_back({mark, std::move(found),
                          description.empty() ? std::move(expected) : std::string{description},
                          next.empty() ? "correct the file, see docs/mappings.md" : std::string{next}});
    }

    /// `names` is a list of keys that must be there.
    void require(Json const& schema, Json const& names, Tree const& tree) {
        for (auto const& name : names.GetArray()) {
            if (tree.find({name.GetString(), name.GetStringLength()}) != nullptr) continue;
            auto const key = name_of(name);
            auto const* property = at(schema, "properties");
            auto const* meant = property == nullptr ? nullptr : at(*property, key.c_str());
            auto const what =
                meant == nullptr ? std::string_view{} : text_at(resolved(*meant), "description");
            faults.push_back({tree.mark, "no key '" + key + "'",
                              "'" + key + "'" + (what.empty() ? "" : ", " + std::string{what}),
                              "add the key " + key});
        }
    }

    void visit_table(Json const& schema, Tree const& tree) {
        if (auto const* required = at(schema, "required"); required != nullptr)
            require(schema, *required, tree);
        // A key that is there may need others: a numerator its denominator.
        if (auto const* needs = at(schema, "dependencies"); needs != nullptr)
            for (auto const& need : needs->GetObject())
                if (tree.find({need.name.GetString(), need.name.GetStringLength()}) != nullptr)
                    require(schema, need.value, tree);
        if (auto const* least = at(schema, "minProperties");
            least != nullptr && tree.members.size() < least->GetUint()) {
            add(tree.mark, "an empty table", schema, "at least one key");
        }
        for (auto const& member : tree.members) visit_member(schema, member);
    }

    void visit_member(Json const& schema, Tree::Member const& member) {
        if (auto const* properties = at(schema, "properties"); properties != nullptr) {
            if (auto const* property = at(*properties, member.key.c_str()); property != nullptr) {
                visit(*property, member.value);
                return;
            }
        }
        auto const* more = at(schema, "additionalProperties");
        if (more == nullptr || (more->IsBool() && more->GetBool())) return;
        if (more->IsObject()) {
            visit(*more, member.value);
            return;
        }
        std::string known;
        if (auto const* properties = at(schema, "properties"); properties != nullptr) {
            for (auto const& property : properties->GetObject()) {
                known += (known.empty() ? "" : ", ") + name_of(property.name);
            }
        }
        auto const shape = text_at(schema, "$comment");
        faults.push_back(
            {member.mark, "the key '" + member.key + "'",
             known.empty() ? std::string{text_at(schema, "description")} : "one of the keys " + known,
             shape.empty() ? "correct the spelling or remove the key" : std::string{shape}});
    }

    void visit_array(Json const& schema, Tree const& tree) {
        if (auto const* least = at(schema, "minItems");
            least != nullptr && tree.members.size() < least->GetUint()) {
            add(tree.mark, "an empty list", schema, "at least one element");
        }
        auto const* items = at(schema, "items");
        if (items == nullptr) return;
        for (auto const& member : tree.members) visit(*items, member.value);
    }

    void visit_text(Json const& schema, Tree const& tree) {
        if (auto const* allowed = at(schema, "enum"); allowed != nullptr) {
            bool const known = std::any_of(allowed->Begin(), allowed->End(), [&tree](Json const& value) {
                return value.IsString() && tree.text == value.GetString();
            });
            if (!known) add(tree.mark, describe(tree), schema, "one of " + list_of(*allowed));
        }
        if (auto const pattern = text_at(schema, "pattern"); !pattern.empty()) {
            if (!std::regex_search(tree.text, std::regex{std::string{pattern}})) {
                add(tree.mark, describe(tree), schema, "a text of the form " + std::string{pattern});
            }
        }
        if (auto const* least = at(schema, "minLength");
            least != nullptr && tree.text.size() < least->GetUint()) {
            add(tree.mark, "an empty text", schema, "a text");
        }
    }

    void visit_integer(Json const& schema, Tree const& tree) {
        auto const* least = at(schema, "minimum");
        auto const* most = at(schema, "maximum");
        if ((least != nullptr && tree.integer < least->GetInt64()) ||
            (most != nullptr && tree.integer > most->GetInt64())) {
            add(tree.mark, describe(tree), schema, "a number within the bounds of the schema");
        }
    }

    Json const& root_;
};

} // namespace

Place first_fault(Json const& schema, Tree const& tree) {
    Walk walk{schema};
    walk.visit(schema, tree);
    auto const before = [](Place const& a, Place const& b) {
        return std::pair{a.mark.line, a.mark.column} < std::pair{b.mark.line, b.mark.column};
    };
    auto const first = std::min_element(walk.faults.begin(), walk.faults.end(), before);
    if (first != walk.faults.end()) return *first;
    return {
        {1, 1}, "content that the schema refuses", "content as the schema says", "compare with the schema"};
}

} // namespace gateway::harmonize
