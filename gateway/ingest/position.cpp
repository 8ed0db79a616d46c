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
    auto const list = [&writer](char const* name, std::vector<std::string> const& texts) {
        writer.Key(name);
        writer.StartArray();
        for (auto const& text : texts)
            writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
        writer.EndArray();
    };
    list("levels", levels);
    if (starting) list("starting", *starting);
    if (!job_years.empty()) field("job_years", job_years);
    if (pending_since != 0) {
        writer.Key("pending_since");
        writer.Int64(pending_since);
    }
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
    auto const list = [&member](char const* name) -> std::optional<std::vector<std::string>> {
        auto const* const value = member(name);
        if (value == nullptr || !value->IsArray()) return std::nullopt;
        std::vector<std::string> texts;
        for (auto const& entry : value->GetArray())
            if (entry.IsString()) texts.emplace_back(entry.GetString());
        return texts;
    };
    position.levels = list("levels").value_or(std::vector<std::string>{});
    position.starting = list("starting");
    position.job_years = field("job_years");
    if (auto const* const since = member("pending_since"); since != nullptr && since->IsInt64())
        position.pending_since = since->GetInt64();
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
