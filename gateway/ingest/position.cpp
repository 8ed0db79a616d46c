#include "gateway/ingest/position.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "gateway/core/error.hpp"

namespace gateway::ingest {

std::string Position::to_json() const {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    auto const field = [&writer](char const* name, std::string const& text) {
        writer.Key(name);
        writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    };
    writer.StartObject();
    field("document", document_sha256);
    field("mapping", mapping_sha256);
    field("newest_period", newest_period);
    field("pending_job", pending_job);
    writer.Key("levels");
    writer.StartArray();
    for (auto const& level : levels)
        writer.String(level.data(), static_cast<rapidjson::SizeType>(level.size()));
    writer.EndArray();
    field("dataset", dataset);
    field("reading", reading);
    auto const number = [&writer](char const* name, std::uint64_t value) {
        writer.Key(name);
        writer.Uint64(value);
    };
    number("bytes", bytes);
    number("rows", rows);
    number("series", series);
    number("figures", figures);
    number("set_aside", set_aside);
    number("repeated", repeated);
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Position Position::from_json(std::string_view text) {
    Position position;
    if (text.empty()) return position;
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject())
        throw Error{Errc::corrupt_store, "position of a source is not JSON: " +
                                             std::string{text.substr(0, 80)} + "; run kreislauf verify"};
    auto const member = [&json](char const* name) -> rapidjson::Value const* {
        return json.HasMember(name) ? &json[name] : nullptr;
    };
    auto const field = [&member](char const* name) -> std::string {
        auto const* const value = member(name);
        return value != nullptr && value->IsString() ? value->GetString() : "";
    };
    auto const number = [&member](char const* name) -> std::uint64_t {
        auto const* const value = member(name);
        return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
    };
    position.document_sha256 = field("document");
    position.mapping_sha256 = field("mapping");
    position.newest_period = field("newest_period");
    position.pending_job = field("pending_job");
    if (auto const* const levels = member("levels"); levels != nullptr && levels->IsArray())
        for (auto const& level : levels->GetArray())
            if (level.IsString()) position.levels.emplace_back(level.GetString());
    position.dataset = field("dataset");
    position.reading = field("reading");
    position.bytes = number("bytes");
    position.rows = number("rows");
    position.series = number("series");
    position.figures = number("figures");
    position.set_aside = number("set_aside");
    position.repeated = number("repeated");
    return position;
}

} // namespace gateway::ingest
