#include "gateway/subscribe/subscription.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/store/store.hpp"

namespace gateway::subscribe {
namespace {

using enum SubscriptionState;
constexpr std::array<std::pair<SubscriptionState, std::string_view>, 5> states{{
    {unconfirmed, "unconfirmed"},
    {active, "active"},
    {paused, "paused"},
    {disabled, "disabled"},
    {ended, "ended"},
}};

constexpr std::size_t most_listed = 1000;
constexpr std::size_t longest_text = 500;
constexpr std::size_t longest_address = 2000;

bool is_kind(std::string_view name) {
    if (name == "added" || name == "revised" || name == "deleted") return true;
    auto const kind = store::change_kind_from(name);
    return kind && *kind != store::ChangeKind::compacted;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

/// Everything of a subscription is told in JSON and in mails, which are UTF-8.
bool is_utf8(std::string_view text) {
    rapidjson::MemoryStream in{text.data(), text.size()};
    rapidjson::StringBuffer out;
    while (in.Tell() < text.size())
        if (!rapidjson::UTF8<>::Validate(in, out)) return false;
    return true;
}

std::string objection_to_list(std::string_view name, std::vector<std::string> const& list) {
    if (list.size() > most_listed)
        return std::string{name} + " has " + std::to_string(list.size()) + " values; at most " +
               std::to_string(most_listed) + " are possible, leave it empty for all";
    for (auto const& each : list)
        if (each.empty() || each.size() > 200 || has_control(each) || !is_utf8(each) ||
            each.find(',') != std::string::npos)
            return std::string{name} + " has the value '" + each.substr(0, 40) +
                   "'; expected a code without commas and line breaks";
    return {};
}

std::string objection_to_text(std::string_view name, std::string_view text, std::size_t longest) {
    if (text.size() > longest)
        return std::string{name} + " has " + std::to_string(text.size()) + " bytes; at most " +
               std::to_string(longest) + " are possible";
    if (has_control(text)) return std::string{name} + " holds a line break or another control character";
    if (!is_utf8(text)) return std::string{name} + " is no UTF-8";
    return {};
}

} // namespace

std::string_view to_string(SubscriptionState state) noexcept {
    for (auto const& [each, name] : states)
        if (each == state) return name;
    return "unknown";
}

std::optional<SubscriptionState> subscription_state_from(std::string_view name) noexcept {
    for (auto const& [each, known] : states)
        if (known == name) return each;
    return std::nullopt;
}

std::string objection_to(Subscription const& subscription) {
    for (auto const& kind : subscription.kinds)
        if (!is_kind(kind))
            return "kind has the value '" + kind.substr(0, 40) +
                   "'; expected added, revised, deleted, data, withdrawn, returned, recalled, structure, "
                   "territory or comment";
    if (auto const& day = subscription.territory;
        !day.empty() && day != "latest" && utc_text(utc_from(day, -1)).substr(0, 10) != day)
        return "territory has the value '" + day.substr(0, 40) +
               "'; expected a day as in 2024-12-31, latest, or nothing for figures as published";
    if (subscription.way.empty()) return "way is empty; say how the changes are to arrive, such as webhook";
    for (auto text :
         {objection_to_list("area", subscription.areas), objection_to_list("dataset", subscription.datasets),
          objection_to_list("indicator", subscription.indicators),
          objection_to_text("title", subscription.title, longest_text),
          objection_to_text("format", subscription.format, longest_text),
          objection_to_text("address", subscription.address, longest_address)})
        if (!text.empty()) return text;
    for (auto const& [name, value] : subscription.options) {
        if (name.find('=') != std::string::npos)
            return "option '" + name.substr(0, 40) + "' holds a '=' in its name";
        for (auto text :
             {objection_to_text("option", name, 100), objection_to_text(name, value, longest_address)})
            if (!text.empty()) return text;
    }
    return {};
}

std::string question_of(Subscription const& subscription) {
    std::string text = subscription.owner;
    auto const list = [&text](char mark, std::vector<std::string> values) {
        std::sort(values.begin(), values.end());
        for (auto const& value : values) (text += '\n') += mark + value;
    };
    list('a', subscription.areas);
    list('d', subscription.datasets);
    list('i', subscription.indicators);
    list('k', subscription.kinds);
    return text;
}

} // namespace gateway::subscribe
