#include "adapters/genesis/answer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

namespace {

using Json = rapidjson::Value;

// Metadata nest three or four levels deep; more than this is not an answer of GENESIS.
constexpr unsigned max_structure_depth = 32;

std::string place(std::string_view json, std::size_t offset) {
    auto const before = json.substr(0, offset);
    auto const line = 1 + std::count(before.begin(), before.end(), '\n');
    auto const start = before.rfind('\n');
    auto const column = start == std::string_view::npos ? offset + 1 : offset - start;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Json const* find(Json const& object, char const* name) {
    if (!object.IsObject()) return nullptr;
    auto const member = object.FindMember(name);
    return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string text_of(Json const& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsNull()) return {};
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    // Depth is bounded by check_nesting.
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string text_at(Json const& object, char const* name) {
    auto const* value = find(object, name);
    return value == nullptr ? std::string{} : text_of(*value);
}

std::optional<std::string> optional_at(Json const& object, char const* name) {
    auto const* value = find(object, name);
    if (value == nullptr || value->IsNull()) return std::nullopt;
    return text_of(*value);
}

std::optional<int> code_of(Json const* value) {
    if (value == nullptr) return std::nullopt;
    if (value->IsInt()) return value->GetInt();
    if (!value->IsString()) return std::nullopt;
    int code = 0;
    auto const* end = value->GetString() + value->GetStringLength();
    auto const [stop, fault] = std::from_chars(value->GetString(), end, code);
    if (fault != std::errc{} || stop != end) return std::nullopt;
    return code;
}

gateway::Fields fields_of(Json const& object) {
    gateway::Fields fields;
    fields.reserve(object.MemberCount());
    for (auto const& member : object.GetObject())
        fields.emplace_back(std::string{member.name.GetString(), member.name.GetStringLength()},
                            text_of(member.value));
    return fields;
}

AnswerList list_of(std::string name, Json const& value) {
    AnswerList list;
    list.name = std::move(name);
    list.is_null = value.IsNull();
    if (list.is_null) return list;
    if (!value.IsArray())
        throw Error(Errc::malformed, "JSON answer: " + list.name + " is neither a list nor null");
    list.items.reserve(value.Size());
    for (auto const& item : value.GetArray()) {
        if (!item.IsObject())
            throw Error(Errc::malformed, "JSON answer: " + list.name + "[" +
                                             std::to_string(list.items.size()) + "] is not an object");
        list.items.push_back(AnswerItem{fields_of(item)});
    }
    return list;
}

void add_nodes(Json const& value, unsigned depth, std::vector<StructureNode>& nodes) {
    if (value.IsArray()) {
        for (auto const& child : value.GetArray()) {
            if (child.IsArray())
                throw Error(Errc::malformed, "JSON answer: Object.Structure: a list in a list");
            add_nodes(child, depth, nodes);
        }
        return;
    }
    if (!value.IsObject()) return;
    if (depth >= max_structure_depth)
        throw Error(Errc::malformed, "JSON answer: Object.Structure nests deeper than " +
                                         std::to_string(max_structure_depth) + " levels");
    StructureNode node;
    node.depth = depth;
    node.code = text_at(value, "Code");
    node.content = text_at(value, "Content");
    node.type = text_at(value, "Type");
    node.values = text_at(value, "Values");
    node.selected = text_at(value, "Selected");
    node.updated = text_at(value, "Updated");
    nodes.push_back(std::move(node));
    if (auto const* below = find(value, "Structure")) add_nodes(*below, depth + 1, nodes);
}

AnswerObject object_of(Json const& value) {
    AnswerObject object;
    object.code = optional_at(value, "Code");
    object.content = optional_at(value, "Content");
    object.valid = optional_at(value, "Valid");
    object.state = optional_at(value, "State");
    object.updated = optional_at(value, "Updated");
    object.latest_update = optional_at(value, "LatestUpdate");
    if (auto const* time = find(value, "Time"); time != nullptr && time->IsObject()) {
        object.has_time = true;
        object.time_from = optional_at(*time, "From");
        object.time_to = optional_at(*time, "To");
    }
    if (auto const* structure = find(value, "Structure"); structure != nullptr && structure->IsObject()) {
        object.has_structure = true;
        for (auto const& member : structure->GetObject()) {
            StructurePart part;
            part.name.assign(member.name.GetString(), member.name.GetStringLength());
            add_nodes(member.value, 0, part.nodes);
            object.structure.push_back(std::move(part));
        }
    }
    return object;
}

// Nesting is counted before parsing: neither the writer nor a reader of lists may run out of stack.
void check_nesting(std::string_view json) {
    constexpr unsigned max_nesting = 96;
    unsigned depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        char const c = json[i];
        if (in_text) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_nesting)
                throw Error(Errc::malformed, "JSON answer: " + place(json, i) + ": nested deeper than " +
                                                 std::to_string(max_nesting) + " levels");
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
}

void read_envelope(Json const& root, Json const& status, Answer& answer) {
    answer.code = code_of(find(status, "Code"));
    answer.content = text_at(status, "Content");
    answer.type = text_at(status, "Type");
    if (!answer.code)
        throw Error(Errc::malformed, "JSON answer: Status.Code is missing or not a whole number");
    if (auto const* ident = find(root, "Ident")) {
        answer.service = text_at(*ident, "Service");
        answer.method = text_at(*ident, "Method");
    }
    if (auto const* parameter = find(root, "Parameter"); parameter != nullptr && parameter->IsObject())
        answer.parameters = fields_of(*parameter);
    answer.copyright = text_at(root, "Copyright");
    if (auto const* object = find(root, "Object"); object != nullptr && object->IsObject())
        answer.object = object_of(*object);
    for (auto const* name : {"List", "Cubes", "Statistics", "Tables", "Timeseries", "Variables"})
        if (auto const* list = find(root, name)) answer.lists.push_back(list_of(name, *list));
}

} // namespace

std::string_view AnswerItem::at(std::string_view name) const noexcept {
    for (auto const& field : fields)
        if (field.first == name) return field.second;
    return {};
}

AnswerList const* Answer::list() const noexcept {
    for (auto const& candidate : lists)
        if (candidate.name == "List") return &candidate;
    return nullptr;
}

std::string_view Answer::parameter(std::string_view name) const noexcept {
    for (auto const& field : parameters)
        if (field.first == name) return field.second;
    return {};
}

Answer parse_answer(std::string_view json) {
    if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
    check_nesting(json);
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                           json.size());
    if (document.HasParseError())
        throw Error(Errc::malformed, "JSON answer: " + place(json, document.GetErrorOffset()) + ": " +
                                         rapidjson::GetParseError_En(document.GetParseError()));
    Json const& root = document;
    if (!root.IsObject()) throw Error(Errc::malformed, "JSON answer: line 1: not an object at the top");

    Answer answer;
    for (auto const& member : root.GetObject())
        answer.top_level_keys.emplace_back(member.name.GetString(), member.name.GetStringLength());
    auto const* status = find(root, "Status");
    if (status != nullptr && status->IsObject()) {
        read_envelope(root, *status, answer);
        return answer;
    }
    answer.flat = true;
    if (status != nullptr) answer.status_text = text_of(*status);
    answer.username = text_at(root, "Username");
    answer.code = code_of(find(root, "Code"));
    answer.content = text_at(root, "Content");
    answer.type = text_at(root, "Type");
    if (answer.status_text.empty() && !answer.code)
        throw Error(Errc::malformed, "JSON answer: neither Status nor Code at the top");
    return answer;
}

} // namespace adapters::genesis
