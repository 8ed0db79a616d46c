#include "gateway/night/fence.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace gateway::night {
namespace {

constexpr std::string_view owner = "kreislauf", item = "fence";

struct Holder {
    std::uint64_t number = 0;
    std::string who;
};

Holder holder_of(std::string const& text) {
    Holder holder;
    if (text.empty()) return holder;
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject() || !json.HasMember("number") || !json["number"].IsUint64())
        throw Error{Errc::corrupt_store, "the fence of the store is not readable: " + text.substr(0, 80) +
                                             "; run kreislauf verify"};
    holder.number = json["number"].GetUint64();
    if (json.HasMember("who") && json["who"].IsString()) holder.who = json["who"].GetString();
    return holder;
}

std::string text_of(Holder const& holder) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    writer.StartObject();
    writer.Key("number");
    writer.Uint64(holder.number);
    writer.Key("who");
    writer.String(holder.who.data(), static_cast<rapidjson::SizeType>(holder.who.size()));
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace

Fence::Fence(store::Store& store, std::string_view who, UnixTime now) : store_(store) {
    store.change_position(owner, item, [&](std::string const& text) {
        number_ = holder_of(text).number + 1;
        return text_of({number_, std::string{who} + ", since " + utc_text(now)});
    });
}

Fence::~Fence() {
    if (guards_) store_.guard({});
}

void Fence::guard() {
    store_.guard([this] { check(); });
    guards_ = true;
}

void Fence::check() const {
    auto const holder = holder_of(store_.position(owner, item));
    if (holder.number == number_) return;
    throw Fenced{"another daemon has taken over this store (" + holder.who + "); this one, number " +
                 std::to_string(number_) + ", stops and commits nothing more"};
}

} // namespace gateway::night
