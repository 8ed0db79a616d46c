#include "gateway/serve/api/areas.hpp"

#include <algorithm>
#include <cstdio>

#include "gateway/core/time_period.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

using harmonize::territory::ChangeEvent;

std::optional<std::int32_t> day_parameter(Call const& call, std::string_view name) {
    auto const text = call.parameter(name);
    if (text.empty()) return std::nullopt;
    if (auto const day = parse_date(text)) return day;
    throw Refusal{
        bad_value(name, text, {"a day such as 2024-12-31", "einen Tag wie 2024-12-31 oder 31.12.2024"})};
}

std::optional<AreaLevel> level_parameter(Call const& call) {
    auto const text = call.parameter("level");
    if (text.empty()) return std::nullopt;
    if (auto const level = area_level_from(text)) return level;
    constexpr char const* known =
        "country, land, region, county, association, municipality, subunit, authority, other";
    throw Refusal{bad_value("level", text, {known, known})};
}

void write_days(Json& json, std::optional<std::int32_t> first, std::optional<std::int32_t> last) {
    json.field_or_null("valid_from", first ? date_text(*first) : "")
        .field_or_null("valid_to", last ? date_text(*last) : "");
}

void write_area(Json& json, KnownArea const& area) {
    json.object()
        .field("key", area.key)
        .field("name", area.name)
        .field("level", name_of(area.area.level))
        .field("level_de", feed::level_de(area.area.level))
        .field("code_list", to_string(area.area.list));
    if (area.lives.empty())
        write_days(json, {}, {});
    else
        write_days(json, area.lives.front().first, area.lives.back().last);
    json.key("former_names").array();
    for (auto const& name : area.former_names) json.text(name);
    json.end_array()
        .flag("has_data", !area.datasets.empty())
        .field("href", "/api/v1/areas/" + percent_encoded(area.key))
        .end_object();
}

void write_event(Json& json, ChangeEvent const& event) {
    auto const legal = date_text(event.legal);
    json.object()
        .field_or_null("event", event.id)
        .field("type", to_string(event.type))
        .field_or_null("old_key", event.old_key)
        .field_or_null("old_name", event.old_name)
        .field_or_null("new_key", event.new_key)
        .field_or_null("new_name", event.new_name)
        .field("date", event.day_known ? legal : legal.substr(0, 4));
    json.key("population");
    event.population ? json.number(static_cast<std::uint64_t>(*event.population)) : json.null();
    json.key("area_m2");
    event.area_m2 ? json.number(static_cast<std::uint64_t>(*event.area_m2)) : json.null();
    json.end_object();
}

/// Sort key of a match: its rank, then its key.
std::string match_key(AreaMatch const& match) {
    char rank[8];
    std::snprintf(rank, sizeof rank, "%02u:", match.rank);
    return rank + match.area->key;
}

http::Response answer_list(Call const& call, std::vector<AreaMatch> matches) {
    auto const level = level_parameter(call);
    auto const on = day_parameter(call, "on");
    matches.erase(std::remove_if(matches.begin(), matches.end(),
                                 [&](AreaMatch const& match) {
                                     auto const& area = *match.area;
                                     if (level && area.area.level != *level) return true;
                                     if (!on || area.lives.empty()) return false;
                                     return std::none_of(area.lives.begin(), area.lives.end(),
                                                         [&](auto const& life) { return life.on(*on); });
                                 }),
                  matches.end());
    Page const page{call, matches, match_key};
    Json json;
    json.object().key("areas").array();
    for (auto const& match : page.items) write_area(json, *match.area);
    json.end_array();
    write_paging(json, matches.size(), page.next);
    json.end_object();
    return json_answer(json, page.next);
}

} // namespace

KnownArea const& require_area(AreaIndex const& index, std::string_view key, std::string_view place,
                              unsigned status) {
    if (auto const* const area = index.find(key)) return *area;
    std::string near;
    auto const matches = index.search(key.size() < 3 || key.front() == '0' ? key : "0" + std::string{key});
    auto const others = matches.empty() ? index.search(key) : matches;
    constexpr std::size_t most = 5;
    for (std::size_t i = 0; i < others.size() && i < most; ++i)
        near += (near.empty() ? "" : ", ") + others[i].area->key + " (" + others[i].area->name + ")";
    throw Refusal{
        {status,
         "unknown-area",
         {"There is no such area", "Dieses Gebiet gibt es nicht"},
         {"no area has the key '" + std::string{key} + "'",
          "kein Gebiet hat den Schlüssel '" + std::string{key} + "'"},
         {near.empty() ? "look it up under /api/v1/areas?search=; keys are text with leading zeros (03153)"
                       : "near: " + near,
          near.empty() ? "unter /api/v1/areas?search= nachsehen; Schlüssel sind Text mit führenden "
                         "Nullen (03153)"
                       : "ähnlich: " + near},
         std::string{place},
         std::string{key}}};
}

http::Response list_areas(Shelf& shelf, Call const& call) {
    auto const index = shelf.area_index(call);
    std::vector<AreaMatch> matches;
    if (auto const words = call.parameter("search"); !words.empty())
        matches = index->search(words);
    else
        for (auto const& [key, area] : index->all()) matches.push_back({&area, 0});
    if (auto const within = call.parameter("within"); !within.empty()) {
        auto const& parent = require_area(*index, within, "query parameter 'within'", 400);
        matches.erase(std::remove_if(matches.begin(), matches.end(),
                                     [&](AreaMatch const& match) {
                                         return match.area == &parent ||
                                                (parent.area.level != AreaLevel::country &&
                                                 !lies_in(match.area->area, parent.area.code));
                                     }),
                      matches.end());
    }
    return answer_list(call, std::move(matches));
}

http::Response show_area(Shelf& shelf, Call const& call) {
    auto const index = shelf.area_index(call);
    auto const& area = require_area(*index, call.path_parameter("key"), "path");
    auto const& areas = shelf.areas();
    auto const here = "/api/v1/areas/" + percent_encoded(area.key);
    Json json;
    json.object().key("area");
    write_area(json, area);
    json.key("lives").array();
    for (auto const& life : area.lives) {
        json.object().field("name", life.name);
        write_days(json, life.first, life.last);
        json.end_object();
    }
    json.end_array().key("nuts3").array();
    for (auto const& code : areas.nuts(area.key)) {
        json.object().field("code", code.code);
        json.key("first_version");
        code.first_version > 0 ? json.number(static_cast<std::uint64_t>(code.first_version)) : json.null();
        json.key("last_version");
        code.last_version > 0 ? json.number(static_cast<std::uint64_t>(code.last_version)) : json.null();
        json.end_object();
    }
    json.end_array().key("authority_regions").array();
    for (auto const* region : areas.authorities(area.key)) {
        json.object()
            .field("key", region->key)
            .field("name", region->name)
            .field("statistics", region->where)
            .key("members")
            .array();
        for (auto const member : region->members) json.text(member);
        json.end_array().end_object();
    }
    json.end_array().key("datasets").array();
    for (auto const& dataset : area.datasets) json.text(dataset);
    json.end_array()
        .key("links")
        .object()
        .field("children", here + "/children")
        .field("history", here + "/history")
        .field("series", "/api/v1/series?area=" + percent_encoded(area.key))
        .field("availability", "/api/v1/availability?area=" + percent_encoded(area.key))
        .end_object()
        .end_object();
    return json_answer(json);
}

http::Response list_children(Shelf& shelf, Call const& call) {
    auto const index = shelf.area_index(call);
    auto const& area = require_area(*index, call.path_parameter("key"), "path");
    std::vector<AreaMatch> matches;
    for (auto const* child : index->children(area)) matches.push_back({child, 0});
    return answer_list(call, std::move(matches));
}

http::Response show_history(Shelf& shelf, Call const& call) {
    auto const index = shelf.area_index(call);
    auto const& area = require_area(*index, call.path_parameter("key"), "path");
    auto const& areas = shelf.areas();
    Json json;
    json.object().field("key", area.key).field("name", area.name).key("lives").array();
    for (auto const& life : areas.lives(area.key)) {
        json.object().field("name", life.name);
        using namespace harmonize::territory;
        write_days(json, life.first == no_begin ? std::nullopt : std::optional{life.first},
                   life.last == no_end ? std::nullopt : std::optional{life.last});
        json.key("from").array();
        for (auto const* event : areas.into(life)) write_event(json, *event);
        json.end_array().key("to").array();
        for (auto const* event : areas.out_of(life)) write_event(json, *event);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json_answer(json);
}

} // namespace gateway::serve::api
