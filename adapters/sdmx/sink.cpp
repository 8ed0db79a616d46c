#include "adapters/sdmx/sink.hpp"

namespace adapters::sdmx {

std::string Reference::text() const {
    std::string result;
    if (!agency.empty()) result = agency + ":";
    result += id;
    if (!version.empty()) result += "(" + version + ")";
    if (!item.empty()) result += "." + item;
    return result;
}

Reference parse_reference(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(blank) - first + 1);
    Reference result;
    if (auto const equals = text.find('='); equals != std::string_view::npos) {
        auto const dot = text.rfind('.', equals);
        auto const start = dot == std::string_view::npos ? 0 : dot + 1;
        result.kind = text.substr(start, equals - start);
        text = text.substr(equals + 1);
    }
    if (auto const colon = text.find(':'); colon != std::string_view::npos) {
        result.agency = text.substr(0, colon);
        text = text.substr(colon + 1);
    }
    auto const open = text.find('(');
    result.id = text.substr(0, open);
    if (open == std::string_view::npos) return result;
    auto const close = text.find(')', open);
    if (close == std::string_view::npos) return {};
    result.version = text.substr(open + 1, close - open - 1);
    if (close + 1 < text.size() && text[close + 1] == '.') result.item = text.substr(close + 2);
    return result;
}

std::string_view to_string(Action action) noexcept {
    switch (action) {
    case Action::information: return "Information";
    case Action::append: return "Append";
    case Action::replace: return "Replace";
    case Action::delete_: return "Delete";
    case Action::merge: return "Merge";
    }
    return "Information";
}

std::string_view to_string(Role role) noexcept {
    switch (role) {
    case Role::unknown: return "unknown";
    case Role::dimension: return "dimension";
    case Role::time: return "time";
    case Role::measure: return "measure";
    case Role::attribute: return "attribute";
    }
    return "unknown";
}

} // namespace adapters::sdmx
