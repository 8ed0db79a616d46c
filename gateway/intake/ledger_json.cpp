#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/intake/ledger.hpp"

namespace gateway::intake {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void member(Writer& writer, char const* key, std::string const& text) {
    writer.Key(key);
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

std::string text_of(rapidjson::Value const& object, char const* key) {
    if (!object.HasMember(key) || !object[key].IsString()) return {};
    return {object[key].GetString(), object[key].GetStringLength()};
}

bool is_true(rapidjson::Value const& object, char const* key) {
    return object.HasMember(key) && object[key].IsBool() && object[key].GetBool();
}

} // namespace

std::string to_json(Wish const& wish) {
    rapidjson::StringBuffer buffer;
    Writer writer{buffer};
    writer.StartObject();
    writer.Key("accept_rest");
    writer.Bool(wish.accept_rest);
    writer.Key("full");
    writer.Bool(wish.full);
    member(writer, "embargo", wish.embargo);
    member(writer, "comment", wish.comment);
    member(writer, "reason", wish.reason);
    if (wish.replaces) member(writer, "replaces", *wish.replaces);
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Wish wish_from_json(std::string_view text) {
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject())
        throw Error{Errc::corrupt_store, "intake/ledger.sqlite: the wish of a delivery is no JSON object; "
                                         "restore the ledger from a backup"};
    auto const& object = std::as_const(json);
    Wish wish;
    wish.accept_rest = is_true(object, "accept_rest");
    wish.full = is_true(object, "full");
    wish.embargo = text_of(object, "embargo");
    wish.comment = text_of(object, "comment");
    wish.reason = text_of(object, "reason");
    if (object.HasMember("replaces")) wish.replaces = text_of(object, "replaces");
    return wish;
}

std::string last_step_text(Delivery const& delivery) {
    if (delivery.steps.empty()) return "no step is known of it";
    auto const& step = delivery.steps.back();
    return "last step: " + std::string{name_of(step.stage)} + " by " + step.who + " on " +
           utc_text(step.time) + (step.why.empty() ? "" : " (" + step.why + ")");
}

} // namespace gateway::intake
