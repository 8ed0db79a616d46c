#include "gateway/subscribe/subscription_json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

namespace gateway::subscribe {
namespace {

class Json {
  public:
    Json& object() { return writer_.StartObject(), *this; }
    Json& end() { return writer_.EndObject(), *this; }
    Json& key(std::string_view name) {
        return writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
    }
    Json& text(std::string_view name, std::string_view value) {
        key(name);
        return writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())), *this;
    }
    Json& text_or_null(std::string_view name, std::string_view value) {
        if (!value.empty()) return text(name, value);
        key(name);
        return writer_.Null(), *this;
    }
    Json& time_or_null(std::string_view name, std::optional<UnixTime> const& time) {
        return text_or_null(name, time ? utc_text(*time) : std::string{});
    }
    Json& number(std::string_view name, std::uint64_t value) {
        key(name);
        return writer_.Uint64(value), *this;
    }
    Json& list(std::string_view name, std::vector<std::string> const& values) {
        key(name);
        writer_.StartArray();
        for (auto const& value : values)
            writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
        return writer_.EndArray(), *this;
    }
    Json& null(std::string_view name) {
        key(name);
        return writer_.Null(), *this;
    }
    [[nodiscard]] std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

void write(Json& json, Position const& position, bool numbers) {
    auto const under_way = !position.message.empty();
    json.key("position").object();
    if (numbers) json.number("number", position.number);
    json.text_or_null("moved", position.moved == 0 ? std::string{} : utc_text(position.moved))
        .text_or_null("message", position.message);
    if (numbers) under_way ? json.number("until", position.until) : json.null("until");
    json.number("tries", position.tries)
        .text_or_null("next_try", under_way ? utc_text(position.next_try) : std::string{})
        .text_or_null("trouble", position.trouble)
        .end();
}

rapidjson::Document object_of(std::string_view body) {
    rapidjson::Document json;
    // Iterative: a body may be nested as deep as its sender likes.
    json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(body.data(),
                                                                                       body.size());
    if (json.HasParseError() || !json.IsObject())
        throw BadMember{"body", std::string{body.substr(0, 40)}, "a JSON object", "ein JSON-Objekt"};
    return json;
}

std::string text_of(rapidjson::Value const& value) {
    return value.IsString() ? std::string{value.GetString(), value.GetStringLength()} : "(no text)";
}

std::string text_in(char const* name, rapidjson::Value const& value) {
    if (value.IsNull()) return {};
    if (!value.IsString()) throw BadMember{name, text_of(value), "a text or null", "ein Text oder null"};
    return text_of(value);
}

std::vector<std::string> list_in(char const* name, rapidjson::Value const& value) {
    std::vector<std::string> list;
    auto const refuse = [name](std::string const& found) {
        throw BadMember{name, found, "a list of texts", "eine Liste von Texten"};
    };
    if (!value.IsArray()) refuse(text_of(value));
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        if (!value[i].IsString()) refuse({});
        list.push_back(text_of(value[i]));
    }
    return list;
}

void read_options(rapidjson::Value const& value, Subscription& into) {
    if (!value.IsObject())
        throw BadMember{"options", text_of(value), "an object of texts", "ein Objekt mit Texten"};
    into.options.clear();
    for (auto at = value.MemberBegin(); at != value.MemberEnd(); ++at)
        into.options.emplace(text_of(at->name), text_in("options", at->value));
}

bool read_begin(rapidjson::Value const& value) {
    auto const begin = text_in("begin", value);
    if (begin != "now" && begin != "start") throw BadMember{"begin", begin, "now or start", "now oder start"};
    return begin == "start";
}

} // namespace

BadMember::BadMember(std::string name, std::string found, std::string wanted, std::string wanted_de)
    : Error{Errc::invalid_argument,
            "member '" + name + "' has the value '" + found.substr(0, 40) + "'; expected " + wanted},
      member{std::move(name)}, value{std::move(found)}, expected{std::move(wanted)}, expected_de{std::move(
                                                                                         wanted_de)} {}

std::string to_json(Subscriber const& one, Shown const& shown) {
    auto const& subscription = one.subscription;
    Json json;
    json.object()
        .text("id", subscription.id)
        .text("state", to_string(subscription.state))
        .text_or_null("why", subscription.why)
        .text_or_null("owner", subscription.owner)
        .text_or_null("title", subscription.title)
        .list("area", subscription.areas)
        .list("area_today", shown.areas_today)
        .list("dataset", subscription.datasets)
        .list("indicator", subscription.indicators)
        .list("kind", subscription.kinds)
        .text_or_null("territory", subscription.territory)
        .text_or_null("format", subscription.format)
        .text("way", subscription.way)
        .text_or_null("address", subscription.address)
        .key("options")
        .object();
    for (auto const& [name, value] : subscription.options) json.text(name, value);
    json.end()
        .text("created", utc_text(subscription.created))
        .text("changed", utc_text(subscription.changed))
        .time_or_null("ended", subscription.ended);
    write(json, one.position, shown.numbers);
    if (!shown.secret.empty()) json.text("secret", shown.secret);
    if (shown.base) {
        auto const self = *shown.base + "/api/v1/subscriptions/" + subscription.id;
        json.text("self", self).text("feed", self + "/feed").text("failures", self + "/failures");
    }
    return json.end().take();
}

std::string to_json(Failure const& failure, bool numbers) {
    Json json;
    json.object().number("failure", static_cast<std::uint64_t>(failure.no)).text("message", failure.message);
    if (numbers) json.number("behind", failure.behind).number("until", failure.until);
    json.text("first_try", utc_text(failure.first_try))
        .text("last_try", utc_text(failure.last_try))
        .number("tries", failure.tries);
    failure.status > 0 ? json.number("status", static_cast<std::uint64_t>(failure.status))
                       : json.null("status");
    return json.text("text", failure.text)
        .time_or_null("wanted", failure.wanted)
        .time_or_null("replayed", failure.replayed)
        .end()
        .take();
}

Wish wish_from(std::string_view body, Subscription const& before, bool is_new) {
    auto const json = object_of(body);
    Wish wish{before, false};
    auto& into = wish.subscription;
    for (auto at = json.MemberBegin(); at != json.MemberEnd(); ++at) {
        auto const name = text_of(at->name);
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
        else if (name == "begin" && is_new)
            wish.from_start = read_begin(value);
        else
            throw BadMember{
                name, text_of(value),
                "title, area, dataset, indicator, kind, territory, format, address, options and, for a "
                "new one, way and begin",
                "title, area, dataset, indicator, kind, territory, format, address, options und, bei "
                "einem neuen, way und begin"};
    }
    return wish;
}

std::optional<std::string> text_from(std::string_view body, char const* member) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
    auto const json = object_of(body);
    std::optional<std::string> text;
    for (auto at = json.MemberBegin(); at != json.MemberEnd(); ++at) {
        if (text_of(at->name) != member)
            throw BadMember{text_of(at->name), text_of(at->value), std::string{"only "} + member,
                            std::string{"nur "} + member};
        if (!at->value.IsNull()) text = text_in(member, at->value);
    }
    return text;
}

} // namespace gateway::subscribe
