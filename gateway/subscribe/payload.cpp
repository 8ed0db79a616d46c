#include "gateway/subscribe/payload.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace gateway::subscribe {
namespace {

class Body {
  public:
    Body(std::string_view type, UnixTime time) {
        writer_.StartObject();
        field("type", type);
        field("timestamp", utc_text(time));
        key("data");
        writer_.StartObject();
    }
    void key(std::string_view name) {
        writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    }
    void field(std::string_view name, std::string_view value) {
        key(name);
        writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    }
    void field_or_null(std::string_view name, std::string_view value) {
        if (!value.empty()) return field(name, value);
        key(name);
        writer_.Null();
    }
    void number_or_null(std::string_view name, std::uint64_t value) {
        key(name);
        value == 0 ? writer_.Null() : writer_.Uint64(value);
    }
    void number(std::string_view name, std::uint64_t value) {
        key(name);
        writer_.Uint64(value);
    }
    void about(Subscription const& subscription) {
        field("subscription", subscription.id);
        field_or_null("title", subscription.title);
    }
    template <typename Range, typename Each>
    void list(std::string_view name, Range const& range, Each const& each) {
        key(name);
        writer_.StartArray();
        for (auto const& one : range) {
            writer_.StartObject();
            each(one);
            writer_.EndObject();
        }
        writer_.EndArray();
    }
    std::string finish() {
        writer_.EndObject();
        writer_.EndObject();
        return {buffer_.GetString(), buffer_.GetSize()};
    }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

} // namespace

std::string webhook_body(Subscription const& subscription, Batch const& batch, std::string const& link) {
    Body body{"kreislauf.changes", batch.time};
    body.about(subscription);
    body.list("changes", batch.changed, [&body](ChangedSeries const& one) {
        body.field("dataset", one.dataset);
        body.number("vintage", one.vintage);
        body.field("time", utc_text(one.time));
        body.field_or_null("note", one.note);
        body.number("series", one.series);
        body.number("added", one.added);
        body.number("revised", one.revised);
        body.number("deleted", one.deleted);
    });
    body.list("events", batch.events, [&body](Event const& one) {
        body.field("kind", store::to_string(one.kind));
        body.field_or_null("dataset", one.dataset);
        body.number_or_null("vintage", one.vintage);
        body.field("time", utc_text(one.time));
        body.field_or_null("note", one.text);
    });
    body.field_or_null("feed", link);
    return body.finish();
}

std::string consent_body(Subscription const& subscription, std::string_view challenge, UnixTime now) {
    Body body{"kreislauf.consent", now};
    body.about(subscription);
    body.field("challenge", challenge);
    return body.finish();
}

bool gives_back(std::string_view answer, std::string_view challenge) {
    constexpr std::string_view blank = " \t\r\n";
    auto const first = answer.find_first_not_of(blank);
    if (first == std::string_view::npos) return false;
    auto const text = answer.substr(first, answer.find_last_not_of(blank) - first + 1);
    if (text == challenge) return true;
    rapidjson::Document json;
    // Iterative: an answer is somebody else's, and may be nested as deep as it likes.
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject() || !json.HasMember("challenge")) return false;
    auto const& given = json["challenge"];
    return given.IsString() && std::string_view{given.GetString(), given.GetStringLength()} == challenge;
}

} // namespace gateway::subscribe
