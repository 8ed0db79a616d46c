#include <algorithm>

#include "adapters/genesis/answer.hpp"
#include "adapters/genesis/facts_parts.hpp"

namespace adapters::genesis {

namespace {

FactsValue or_null(std::optional<std::string> const& text) {
    return text ? FactsValue{*text} : FactsValue{};
}

FactsValue status_of(Answer const& answer) {
    FactsValue status;
    status["code"] = *answer.code;
    status["content"] = answer.content;
    status["type"] = answer.type;
    return status;
}

void list_facts(AnswerList const& list, FactsValue& facts) {
    facts["list_is_null"] = list.is_null;
    facts["list_length"] = std::uint64_t{list.items.size()};
    if (list.items.empty()) return;
    // Search words have no code; their text names them.
    auto const name = [](AnswerItem const& item) {
        return item.code().empty() ? item.content() : item.code();
    };
    facts["first_code"] = name(list.items.front());
    facts["last_code"] = name(list.items.back());
    std::set<std::string> keys;
    std::uint64_t broken = 0;
    for (auto const& item : list.items) {
        for (auto const& field : item.fields) keys.insert(field.first);
        broken += static_cast<std::uint64_t>(item.content().find('\n') != std::string_view::npos);
    }
    facts["item_keys"] = texts({keys.begin(), keys.end()});
    facts["items_with_line_break_in_content"] = broken;
}

FactsValue object_facts(AnswerObject const& object) {
    FactsValue facts;
    facts["code"] = or_null(object.code);
    facts["content"] = or_null(object.content);
    facts["latest_update"] = or_null(object.latest_update);
    facts["state"] = or_null(object.state);
    facts["time"] = FactsValue{};
    if (object.has_time) {
        facts["time"]["From"] = or_null(object.time_from);
        facts["time"]["To"] = or_null(object.time_to);
    }
    facts["updated"] = or_null(object.updated);
    facts["valid"] = or_null(object.valid);
    return facts;
}

FactsValue structure_facts(AnswerObject const& object) {
    FactsValue facts{FactsValue::Object{}};
    for (auto const& part : object.structure) {
        FactsValue::List nodes;
        for (auto const& node : part.nodes) nodes.emplace_back(node.code + " (" + node.type + ")");
        facts[part.name] = nodes;
    }
    return facts;
}

} // namespace

FactsValue answer_facts(std::string_view bytes, FactsOptions const& options) {
    auto const answer = parse_answer(bytes);
    FactsValue facts;
    facts["layout"] = "json";
    auto const echoed = answer.parameter("language");
    facts["language"] = !options.language.empty() ? std::string_view{options.language}
                        : !echoed.empty()         ? echoed
                                                  : std::string_view{"de"};
    facts["top_level_keys"] = texts(answer.top_level_keys);
    facts["ident"] = FactsValue::Object{};
    if (!answer.method.empty() || !answer.service.empty()) {
        facts["ident"]["Method"] = answer.method;
        facts["ident"]["Service"] = answer.service;
    }
    if (answer.code) facts["status"] = status_of(answer);
    if (!answer.status_text.empty()) facts["status_text"] = answer.status_text;
    if (auto const* list = answer.list()) {
        list_facts(*list, facts);
    } else if (!answer.lists.empty()) {
        for (auto const& found : answer.lists)
            facts["find"][found.name] =
                found.is_null ? FactsValue{} : FactsValue{std::uint64_t{found.items.size()}};
    }
    if (answer.object) {
        facts["object"] = object_facts(*answer.object);
        if (answer.object->has_structure) facts["structure"] = structure_facts(*answer.object);
    }
    return facts;
}

} // namespace adapters::genesis
