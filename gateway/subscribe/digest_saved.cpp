#include "gateway/subscribe/digest_saved.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::subscribe {
namespace {

/// One part of a query: the service wrote it, so that what cannot be decoded is no query.
std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        unsigned byte = 0;
        if (text.size() - i < 3) return std::nullopt;
        auto const* const end = text.data() + i + 3;
        auto const read = std::from_chars(text.data() + i + 1, end, byte, 16);
        if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

std::vector<std::string> listed(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto const end = std::min(text.find(','), text.size());
        if (end != 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<std::int32_t> day_of(std::string_view text, bool last) {
    if (auto const period = parse_sdmx_period(text))
        return last ? period->end_day() - 1 : period->start_day();
    return parse_date(text);
}

void take(SavedQuery& query, std::string const& name, std::string const& value) {
    if (name == "area")
        query.areas = listed(value);
    else if (name == "inside")
        query.inside = value == "true";
    else if (name == "dataset")
        query.dataset = value;
    else if (name == "level")
        query.level = area_level_from(value);
    else if (name == "measure")
        query.codes["MEASURE"] = value;
    else if (name == "from")
        query.from_day = day_of(value, false);
    else if (name == "to")
        query.to_day = day_of(value, true);
    else if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z')
        query.codes[name] = value;
}

std::optional<SavedQuery> read_saved(std::string const& path, std::string id) {
    auto const text = io::read_file(path);
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject() || !json.HasMember("query") || !json["query"].IsString())
        return std::nullopt;
    if (json.HasMember("as_of") && json["as_of"].IsString()) return std::nullopt;
    return saved_query_from(std::move(id), json["query"].GetString());
}

} // namespace

bool SavedQuery::shows(DatasetInfo const& info) const {
    return dataset.empty() || info.id == dataset || info.table == dataset;
}

bool SavedQuery::shows(Area const& area) const {
    if (level && area.level != *level) return false;
    return areas.empty() || std::any_of(areas.begin(), areas.end(), [&](std::string const& key) {
               return area_key(area) == key || (inside && lies_in(area, key));
           });
}

bool SavedQuery::shows(IndicatorKey const& key) const {
    return std::all_of(codes.begin(), codes.end(),
                       [&](auto const& wanted) { return key.at(wanted.first) == wanted.second; });
}

bool SavedQuery::shows(TimePeriod const& period) const {
    return (!from_day || *from_day <= period.start_day()) && (!to_day || period.start_day() <= *to_day);
}

std::optional<SavedQuery> saved_query_from(std::string id, std::string_view text) {
    SavedQuery query;
    query.id = std::move(id);
    query.text = text;
    while (!text.empty()) {
        auto const end = std::min(text.find('&'), text.size());
        auto const part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto const equals = part.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        auto const name = decoded(part.substr(0, equals));
        auto const value = decoded(part.substr(equals + 1));
        if (!name || !value) return std::nullopt;
        take(query, *name, *value);
    }
    return query;
}

std::vector<SavedQuery> saved_queries(std::string const& folder) {
    namespace fs = std::filesystem;
    std::vector<SavedQuery> queries;
    auto const root = folder + "/queries";
    std::error_code failure;
    if (!fs::exists(root, failure)) return queries;
    for (fs::recursive_directory_iterator at{root, failure}, end; at != end; at.increment(failure)) {
        if (failure) break;
        auto const& path = at->path();
        if (path.extension() != ".json") continue;
        if (auto query = read_saved(path.string(), path.stem().string()))
            queries.push_back(std::move(*query));
    }
    if (failure) throw Error{Errc::io, "cannot read the saved queries in " + root + ": " + failure.message()};
    std::sort(queries.begin(), queries.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    return queries;
}

} // namespace gateway::subscribe
