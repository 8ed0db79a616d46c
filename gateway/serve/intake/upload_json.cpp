#include "gateway/serve/intake/upload_json.hpp"

#include <rapidjson/document.h>

#include "gateway/core/error.hpp"
#include "gateway/serve/json.hpp"
#include "gateway/serve/json_member.hpp"

namespace gateway::serve::intake {
namespace {

std::uint64_t number_member(rapidjson::Value const& object, char const* name, std::string const& place) {
    auto const* const value = member(object, name);
    if (value == nullptr || !value->IsUint64())
        throw Error{Errc::corrupt_store, place + ": '" + name + "' is no number"};
    return value->GetUint64();
}

bool flag_member(rapidjson::Value const& object, char const* name) {
    auto const* const value = member(object, name);
    return value != nullptr && value->IsBool() && value->GetBool();
}

} // namespace

std::string upload_json(Upload const& upload) {
    auto const& wish = upload.wish;
    Json json;
    json.object()
        .field("id", upload.id)
        .field("agreement", upload.agreement)
        .field("file", upload.file)
        .field("sender", upload.sender)
        .field("sha256", upload.sha256)
        .field("length", upload.length)
        .field("created", static_cast<std::uint64_t>(upload.created))
        .field("expires", static_cast<std::uint64_t>(upload.expires))
        .field("delivery", upload.delivery)
        .field("trouble", upload.trouble)
        .field("metadata", upload.metadata)
        .flag("checked", upload.is_checked)
        .flag("dry_run", upload.dry_run)
        .flag("accept_rest", wish.accept_rest)
        .flag("full", wish.full)
        .field("embargo", wish.embargo)
        .field("comment", wish.comment)
        .field("reason", wish.reason);
    if (wish.replaces) json.field("replaces", *wish.replaces);
    json.end_object();
    return json.take() + "\n";
}

Upload upload_from_json(std::string_view text, std::string const& place) {
    rapidjson::Document read;
    read.Parse(text.data(), text.size());
    if (read.HasParseError() || !read.IsObject())
        throw Error{Errc::corrupt_store, place + ": is not what this program writes"};
    auto const words = [&](char const* name) { return text_member(read, name).value_or(""); };
    Upload upload;
    upload.id = words("id");
    upload.agreement = words("agreement");
    upload.file = words("file");
    upload.sender = words("sender");
    upload.sha256 = words("sha256");
    upload.delivery = words("delivery");
    upload.trouble = words("trouble");
    upload.length = number_member(read, "length", place);
    upload.created = static_cast<UnixTime>(number_member(read, "created", place));
    upload.expires = static_cast<UnixTime>(number_member(read, "expires", place));
    upload.metadata = words("metadata");
    upload.is_checked = flag_member(read, "checked");
    upload.dry_run = flag_member(read, "dry_run");
    upload.wish.accept_rest = flag_member(read, "accept_rest");
    upload.wish.full = flag_member(read, "full");
    upload.wish.embargo = words("embargo");
    upload.wish.comment = words("comment");
    upload.wish.reason = words("reason");
    upload.wish.replaces = text_member(read, "replaces");
    return upload;
}

} // namespace gateway::serve::intake
