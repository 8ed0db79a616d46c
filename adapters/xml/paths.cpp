#include "adapters/xml/paths.hpp"

#include <algorithm>

#include <pugixml.hpp>

namespace adapters::xml {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr unsigned parse_flags =
    pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute;

bool name_fits(std::string_view step, std::string_view name) noexcept {
    if (step == name) return true;
    auto const colon = name.find(':');
    return step.find(':') == std::string_view::npos && colon != std::string_view::npos &&
           name.substr(colon + 1) == step;
}

/// Text of an element that holds nothing but text, as one piece.
std::string text_of(pugi::xml_node node) {
    std::string text;
    for (auto child = node.first_child(); child; child = child.next_sibling())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
    return text;
}

/// A path of plain steps; `general` where it is more than that.
struct Path {
    std::vector<std::string> steps; ///< "..", "name"
    std::string attribute;          ///< last step, without '@'
    std::unique_ptr<pugi::xpath_query> general;

    explicit Path(std::string const& text);
    void find(pugi::xml_node node, std::size_t step, Found& found) const;
};

bool is_plain_name(std::string_view step) noexcept {
    return !step.empty() && step.find_first_of("[]()@*=\"'|<> +,$!") == std::string_view::npos &&
           step.find("::") == std::string_view::npos;
}

Path::Path(std::string const& text) {
    bool plain = !text.empty() && text.front() != '/';
    std::string_view rest = text;
    std::vector<std::string> parts;
    while (plain && !rest.empty()) {
        auto const slash = rest.find('/');
        auto const part = rest.substr(0, slash);
        bool const last = slash == std::string_view::npos;
        rest = last ? std::string_view{} : rest.substr(slash + 1);
        if (last && part.size() > 1 && part.front() == '@' && is_plain_name(part.substr(1)))
            attribute = part.substr(1);
        else if (last && (part == "text()" || part == "."))
            continue;
        else if (is_plain_name(part) && part != ".")
            parts.emplace_back(part);
        else
            plain = false;
        if (!last && rest.empty()) plain = false; // ends in a slash
    }
    if (plain) {
        steps = std::move(parts);
        return;
    }
    attribute.clear();
    try {
        general = std::make_unique<pugi::xpath_query>(text.c_str());
    } catch (pugi::xpath_exception const& error) {
        throw Error{Errc::invalid_argument, "path '" + text + "' is no XPath: " + error.what() +
                                                " at character " + std::to_string(error.result().offset + 1)};
    }
    if (!*general || general->return_type() == pugi::xpath_type_none)
        throw Error{Errc::invalid_argument, "path '" + text + "' is no XPath"};
}

void Path::find(pugi::xml_node node, std::size_t step, Found& found) const {
    if (general) {
        if (general->return_type() != pugi::xpath_type_node_set) {
            found.text = general->evaluate_string(node);
            found.nodes = 1;
            return;
        }
        auto const nodes = general->evaluate_node_set(node);
        found.nodes = nodes.size();
        if (nodes.size() == 1) {
            auto const only = nodes.first();
            found.text = only.attribute()                           ? std::string{only.attribute().value()}
                         : only.node().type() == pugi::node_element ? text_of(only.node())
                                                                    : std::string{only.node().value()};
        }
        return;
    }
    if (step == steps.size()) {
        if (attribute.empty()) {
            if (++found.nodes == 1) found.text = text_of(node);
            return;
        }
        for (auto each = node.first_attribute(); each; each = each.next_attribute())
            if (name_fits(attribute, each.name()) && ++found.nodes == 1) found.text = each.value();
        return;
    }
    if (steps[step] == "..") {
        if (node.parent().type() == pugi::node_element) find(node.parent(), step + 1, found);
        return;
    }
    for (auto child = node.first_child(); child; child = child.next_sibling())
        if (child.type() == pugi::node_element && name_fits(steps[step], child.name()))
            find(child, step + 1, found);
}

} // namespace

struct Paths::State {
    std::vector<std::vector<Path>> columns;
    std::vector<Found> found;
    pugi::xml_document document;
    std::string buffer; // pugixml resolves in place
};

Paths::Paths(std::vector<std::vector<std::string>> const& columns) : state_(std::make_unique<State>()) {
    for (auto const& spellings : columns) {
        auto& paths = state_->columns.emplace_back();
        for (auto const& spelling : spellings) paths.emplace_back(spelling);
    }
    state_->found.resize(columns.size());
}

Paths::~Paths() = default;
Paths::Paths(Paths&&) noexcept = default;
Paths& Paths::operator=(Paths&&) noexcept = default;

std::vector<Found> const& Paths::evaluate(Record const& record) {
    auto& state = *state_;
    state.buffer = record.document;
    auto const parsed = state.document.load_buffer_inplace(state.buffer.data(), state.buffer.size(),
                                                           parse_flags, pugi::encoding_utf8);
    if (!parsed)
        throw Error{Errc::malformed, "line " + std::to_string(record.at.line) +
                                         ": the record is no XML: " + parsed.description()};
    // Ancestors hold what preceded the record; the record comes last.
    pugi::xml_node node = state.document;
    for (std::size_t i = 0; i < record.depth; ++i) {
        auto child = node.last_child();
        while (child && child.type() != pugi::node_element) child = child.previous_sibling();
        node = child;
    }
    for (std::size_t column = 0; column < state.columns.size(); ++column) {
        auto& found = state.found[column];
        found = {};
        for (auto const& path : state.columns[column]) {
            path.find(node, 0, found);
            if (found.nodes > 0) break;
        }
    }
    return state.found;
}

} // namespace adapters::xml
