#include "gateway/harmonize/schema_check.hpp"

#include <rapidjson/document.h>
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/schema_place.hpp"

namespace gateway::harmonize {
namespace {

rapidjson::Value text_value(std::string const& text, rapidjson::Document::AllocatorType& allocator) {
    rapidjson::Value value;
    value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
    return value;
}

rapidjson::Value to_json(Tree const& tree, rapidjson::Document::AllocatorType& allocator) {
    rapidjson::Value value;
    switch (tree.kind) {
    case Tree::Kind::table:
        value.SetObject();
        for (auto const& member : tree.members) {
            value.AddMember(text_value(member.key, allocator), to_json(member.value, allocator), allocator);
        }
        break;
    case Tree::Kind::array:
        value.SetArray();
        for (auto const& member : tree.members) value.PushBack(to_json(member.value, allocator), allocator);
        break;
    case Tree::Kind::integer: value.SetInt64(tree.integer); break;
    case Tree::Kind::number: value.SetDouble(std::strtod(tree.text.c_str(), nullptr)); break;
    case Tree::Kind::boolean: value.SetBool(tree.integer != 0); break;
    case Tree::Kind::text: value = text_value(tree.text, allocator); break;
    case Tree::Kind::date: {
        // JSON has no dates: an object that only the definition "date" of the schemas describes.
        value.SetObject();
        value.AddMember("date", text_value(tree.text, allocator), allocator);
        break;
    }
    }
    return value;
}

} // namespace

void check_schema(Tree const& tree, std::string const& file, std::string_view schema,
                  std::string const& schema_name) {
    rapidjson::Document schema_document;
    schema_document.Parse<rapidjson::kParseIterativeFlag>(schema.data(), schema.size());
    if (schema_document.HasParseError()) {
        throw Error(Errc::malformed, schema_name + ": found no valid JSON at byte " +
                                         std::to_string(schema_document.GetErrorOffset()) +
                                         ", expected a JSON Schema; next step: restore this file");
    }
    rapidjson::Document::AllocatorType allocator;
    auto const json = to_json(tree, allocator);

    bool valid = false;
    try {
        valijson::Schema compiled;
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::RapidJsonAdapter{schema_document}, compiled);
        valijson::Validator validator;
        valid = validator.validate(compiled, valijson::adapters::RapidJsonAdapter{json}, nullptr);
    } catch (Error const&) {
        throw;
    } catch (std::exception const& error) {
        throw Error(Errc::malformed, schema_name + ": found a schema that cannot be used (" + error.what() +
                                         "), expected JSON Schema draft 7; next step: restore this file");
    }
    if (valid) return;
    auto const place = first_fault(schema_document, tree);
    fault(file, place.mark, place.found, place.expected, place.next_step + " (" + schema_name + ")");
}

} // namespace gateway::harmonize
