#include "gateway/serve/subscribe/subscription_json.hpp"

#include <rapidjson/document.h>

#include <utility>
#include <vector>

#include "gateway/serve/json_member.hpp"
#include "gateway/serve/subscribe/refusals.hpp"

namespace gateway::serve::subscribe {
namespace {

using namespace gateway::subscribe;

void write_list(Json& json, std::string_view name, std::vector<std::string> const& values) {
    json.key(name).array();
    for (auto const& value : values) json.text(value);
    json.end_array();
}

rapidjson::Document object_of(std::string_view body) {
    rapidjson::Document json;
    // Iterative: a body may be nested as deep as its sender likes.
    json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(body.data(),
                                                                                       body.size());
    if (json.HasParseError() || !json.IsObject())
        throw bad_member("body", body.substr(0, 40), {"a JSON object", "ein JSON-Objekt"});
    return json;
}

std::string shown(rapidjson::Value const& value) {
    return value.IsString() ? std::string{value.GetString(), value.GetStringLength()} : "(no text)";
}

std::string text_in(char const* name, rapidjson::Value const& value) {
    if (value.IsNull()) return {};
    if (!value.IsString()) throw bad_member(name, shown(value), {"a text or null", "ein Text oder null"});
    return shown(value);
}

std::vector<std::string> list_in(char const* name, rapidjson::Value const& value) {
    std::vector<std::string> list;
    if (!value.IsArray()) throw bad_member(name, shown(value), {"a list of texts", "eine Liste von Texten"});
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        if (!value[i].IsString()) throw bad_member(name, "", {"a list of texts", "eine Liste von Texten"});
        list.push_back(shown(value[i]));
    }
    return list;
}

void read_options(rapidjson::Value const& value, Subscription& into) {
    if (!value.IsObject())
        throw bad_member("options", shown(value), {"an object of texts", "ein Objekt mit Texten"});
    into.options.clear();
    for (auto at = value.MemberBegin(); at != value.MemberEnd(); ++at)
        into.options.emplace(shown(at->name), text_in("options", at->value));
}

} // namespace

void write_subscription(Json& json, Subscriber const& one, std::string const& base,
                        std::string const& secret) {
    auto const& subscription = one.subscription;
    auto const& position = one.position;
    auto const self = base + "/api/v1/subscriptions/" + subscription.id;
    json.object()
        .field("id", subscription.id)
        .field("state", to_string(subscription.state))
        .field_or_null("why", subscription.why)
        .field_or_null("owner", subscription.owner)
        .field_or_null("title", subscription.title);
    write_list(json, "area", subscription.areas);
    write_list(json, "dataset", subscription.datasets);
    write_list(json, "indicator", subscription.indicators);
    write_list(json, "kind", subscription.kinds);
    json.field_or_null("territory", subscription.territory)
        .field_or_null("format", subscription.format)
        .field("way", subscription.way)
        .field_or_null("address", subscription.address)
        .key("options")
        .object();
    for (auto const& [name, value] : subscription.options) json.field(name, value);
    json.end_object()
        .field("created", utc_text(subscription.created))
        .field("changed", utc_text(subscription.changed))
        .field_or_null("ended", subscription.ended ? utc_text(*subscription.ended) : "")
        .key("position")
        .object()
        .field_or_null("moved", position.moved == 0 ? "" : utc_text(position.moved))
        .field_or_null("message", position.message)
        .field("tries", std::uint64_t{position.tries})
        .field_or_null("next_try", position.message.empty() ? "" : utc_text(position.next_try))
        .field_or_null("trouble", position.trouble)
        .end_object();
    if (!secret.empty()) json.field("secret", secret);
    json.field("self", self).field("feed", self + "/feed").field("failures", self + "/failures").end_object();
}

void write_failure(Json& json, Failure const& failure) {
    json.object()
        .field("failure", static_cast<std::uint64_t>(failure.no))
        .field("message", failure.message)
        .field("first_try", utc_text(failure.first_try))
        .field("last_try", utc_text(failure.last_try))
        .field("tries", std::uint64_t{failure.tries})
        .key("status");
    failure.status == 0 ? json.null() : json.number(static_cast<std::uint64_t>(failure.status));
    json.field("text", failure.text)
        .field_or_null("wanted", failure.wanted ? utc_text(*failure.wanted) : "")
        .field_or_null("replayed", failure.replayed ? utc_text(*failure.replayed) : "")
        .end_object();
}

Wish wish_from(std::string_view body, Subscription const& before, bool is_new) {
    auto const json = object_of(body);
    Wish wish{before, false};
    auto& into = wish.subscription;
    for (auto at = json.MemberBegin(); at != json.MemberEnd(); ++at) {
        auto const name = shown(at->name);
        auto const& value = at->value;
        if (name == "title")
            into.title = text_in("title", value);
        else if (name == "area")
            into.areas = list_in("area", value);
        else if (name == "dataset")
            into.datasets = list_in("dataset", value);
        else if (name == "indicator")
            into.indicators = list_in("indicator", value);
        else if (name == "kind")
            into.kinds = list_in("kind", value);
        else if (name == "territory")
            into.territory = text_in("territory", value);
        else if (name == "format")
            into.format = text_in("format", value);
        else if (name == "address")
            into.address = text_in("address", value);
        else if (name == "options")
            read_options(value, into);
        else if (name == "way" && is_new)
            into.way = text_in("way", value);
        else if (name == "begin" && is_new) {
            auto const begin = text_in("begin", value);
            if (begin != "now" && begin != "start")
                throw bad_member("begin", begin, {"now or start", "now oder start"});
            wish.from_start = begin == "start";
        } else
            throw bad_member(
                name, shown(value),
                {"title, area, dataset, indicator, kind, territory, format, address, options and, for a "
                 "new one, way and begin",
                 "title, area, dataset, indicator, kind, territory, format, address, options und, bei "
                 "einem neuen, way und begin"});
    }
    return wish;
}

std::optional<std::string> text_from(std::string_view body, char const* name) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
    auto const json = object_of(body);
    for (auto at = json.MemberBegin(); at != json.MemberEnd(); ++at)
        if (shown(at->name) != name)
            throw bad_member(shown(at->name), shown(at->value),
                             {std::string{"only "} + name, std::string{"nur "} + name});
    return text_member(json, name);
}

} // namespace gateway::serve::subscribe
