#include "gateway/serve/api/series_request.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/csv_de.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "gateway/feed/xlsx.hpp"
#include "gateway/ingest/derived_flow.hpp"
#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/series_writers.hpp"

namespace gateway::serve::api {
namespace {

constexpr UnixTime day_seconds = 86400;

constexpr std::array<SeriesFormat, 7> format_table{
    {{"json", "application/json; charset=utf-8", "json", false, false, make_json},
     {"csv", "text/csv; charset=utf-8; header=present", "csv", false, false, make_csv},
     {"csv-de", "text/csv; charset=utf-8; header=present", "csv", false, true, feed::make_csv_de},
     {"jsonstat", "application/json; charset=utf-8", "json", false, false, nullptr},
     {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", false, true,
      feed::make_xlsx},
     {"avro", "application/avro", "avro", false, true, feed::make_avro},
     {"sdmx-csv", "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", "csv", true, false,
      feed::make_sdmx_csv}}};

SeriesFormat const& format_called(std::string_view id) {
    auto const* const found = std::find_if(format_table.begin(), format_table.end(),
                                           [id](SeriesFormat const& format) { return format.id == id; });
    if (found != format_table.end()) return *found;
    std::string known;
    for (auto const& format : format_table) known += (known.empty() ? "" : ", ") + std::string{format.id};
    throw Refusal{bad_value("format", id, {known, known})};
}

/// By format=, else by Accept: the first of its media ranges that there is. German asks for the CSV of German Excel.
SeriesFormat const& format_of(Call const& call) {
    if (auto const id = call.parameter("format"); !id.empty()) return format_called(id);
    auto const accept = call.request.header("Accept");
    if (accept.empty()) return format_called("json");
    for (auto const& range : weighted_values(accept)) {
        if (range.weight <= 0) break;
        auto const type = std::string_view{range.value}.substr(0, range.value.find(';'));
        if (type == "*/*" || type == "application/*" || type == "application/json")
            return format_called("json");
        if (type == "text/csv" || type == "text/*")
            return format_called(call.language == Language::de ? "csv-de" : "csv");
        if (type == "application/vnd.sdmx.data+csv") return format_called("sdmx-csv");
        if (type == "application/avro" || type == "application/vnd.apache.avro") return format_called("avro");
        if (type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            return format_called("xlsx");
    }
    throw Refusal{
        {406,
         "not-acceptable",
         {"No such format", "Dieses Format gibt es nicht"},
         {"series do not come as '" + std::string{accept} + "'",
          "Reihen gibt es nicht als '" + std::string{accept} + "'"},
         {"application/json, text/csv, application/avro, application/vnd.sdmx.data+csv or "
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; or format= in the query",
          "application/json, text/csv, application/avro, application/vnd.sdmx.data+csv oder "
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; oder format= in der "
          "Anfrage"},
         "header Accept",
         std::string{accept}}};
}

bool flag_parameter(Call const& call, std::string_view name) {
    auto const text = call.parameter(name);
    if (text.empty() || text == "false") return false;
    if (text == "true") return true;
    throw Refusal{bad_value(name, text, {"true or false", "true oder false"})};
}

std::optional<std::int32_t> day_of_period(Call const& call, std::string_view name, bool last) {
    auto const text = call.parameter(name);
    if (text.empty()) return std::nullopt;
    auto const period = parse_sdmx_period(text);
    if (period) return last ? period->end_day() - 1 : period->start_day();
    if (auto const day = parse_date(text)) return day;
    throw Refusal{bad_value(name, text,
                            {"a period such as 2019, 2019-Q2, 2019-06 or 2019-12-31",
                             "ein Zeitraum wie 2019, 2019-Q2, 2019-06 oder 2019-12-31"})};
}

std::vector<std::string> listed(std::string_view text) {
    std::vector<std::string> items;
    for (std::size_t at = 0; at <= text.size();) {
        auto const end = std::min(text.find(',', at), text.size());
        if (end > at) items.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return items;
}

void read_areas(Shelf& shelf, Call const& call, SeriesRequest& request) {
    auto const keys = listed(call.parameter("area"));
    auto& query = request.query;
    query.inside = flag_parameter(call, "inside");
    if (keys.empty()) {
        if (query.inside)
            throw Refusal{bad_value("inside", "true", {"together with area=", "zusammen mit area="})};
        return;
    }
    auto const index = shelf.area_index(call);
    for (auto const& key : keys) require_area(*index, key, "query parameter 'area'", 400);
    query.area = keys.front();
    query.more_areas.assign(keys.begin() + 1, keys.end());
    query.more_inside = query.inside;
}

void read_codes(Call const& call, ingest::FigureQuery& query) {
    for (auto const& [name, value] : call.parameters)
        if (name.front() >= 'A' && name.front() <= 'Z') query.codes[name] = value;
    if (auto const measure = call.parameter("measure"); !measure.empty()) {
        if (query.codes.count("MEASURE") > 0)
            throw Refusal{bad_value("measure", measure,
                                    {"either measure or MEASURE", "entweder measure oder MEASURE"})};
        query.codes["MEASURE"] = measure;
    }
}

std::string list_of(std::set<std::string> const& items) {
    constexpr std::size_t most = 20;
    std::string list;
    std::size_t count = 0;
    for (auto const& item : items) {
        if (++count > most) return list + ", …";
        list += (list.empty() ? "" : ", ") + item;
    }
    return list;
}

/// A code that no indicator of the datasets has is a slip.
void check_codes(store::Store const& store, ingest::FigureQuery const& query) {
    if (query.codes.empty()) return;
    std::map<std::string, std::set<std::string>> codes;
    for (auto const& info : store.datasets()) {
        if (!query.dataset.empty() && info.id != query.dataset) continue;
        for (auto const no : store.indicators(info.id)) {
            auto const key = store.indicator(no);
            for (auto const& [dimension, code] : key.codes()) codes[dimension].insert(code);
        }
    }
    for (auto const& [dimension, code] : query.codes) {
        auto const found = codes.find(dimension);
        if (found == codes.end()) {
            std::set<std::string> names;
            for (auto const& entry : codes) names.insert(entry.first);
            throw Refusal{
                {400,
                 "unknown-dimension",
                 {"There is no such dimension", "Dieses Merkmal gibt es nicht"},
                 {"no dimension is called '" + dimension + "'", "kein Merkmal heißt '" + dimension + "'"},
                 {"there are: " + list_of(names), "es gibt: " + list_of(names)},
                 "query parameter '" + dimension + "'",
                 code}};
        }
        if (found->second.count(code) == 0)
            throw Refusal{{400,
                           "unknown-code",
                           {"There is no such code", "Diesen Code gibt es nicht"},
                           {"dimension " + dimension + " has no code '" + code + "'",
                            "das Merkmal " + dimension + " hat keinen Code '" + code + "'"},
                           {"there are: " + list_of(found->second), "es gibt: " + list_of(found->second)},
                           "query parameter '" + dimension + "'",
                           code}};
    }
}

} // namespace

std::span<SeriesFormat const> series_formats() noexcept {
    return format_table;
}

std::vector<std::string> series_parameters() {
    return {"area",      "inside",  "dataset",   "level", "measure", "from",        "to",     "as_of",
            "territory", "partial", "frequency", "unit",  "ages",    "nationality", "breaks", "format"};
}

std::optional<UnixTime> as_of_parameter(Call const& call) {
    auto const text = std::string{call.parameter("as_of")};
    if (text.empty()) return std::nullopt;
    if (auto const day = parse_date(text)) return (UnixTime{*day} + 1) * day_seconds - 1;
    if (auto const time = utc_from(text, -1); time >= 0) return time;
    throw Refusal{bad_value("as_of", text,
                            {"2025-04-30 or 2025-04-30T12:00:00Z", "2025-04-30 oder 2025-04-30T12:00:00Z"})};
}

namespace {

/// A derived dataset is its published one on the areas of today.
void read_dataset(Shelf const& shelf, Call const& call, store::Store const& store, SeriesRequest& request) {
    auto const text = call.parameter("dataset");
    if (shelf.settings().derived.list && text.ends_with(ingest::derived_suffix))
        for (auto const& one : shelf.settings().derived.list(store)) {
            if (one.info.id != text) continue;
            if (auto const day = call.parameter("territory"); !day.empty() && day != "latest")
                throw Refusal{
                    bad_value("territory", day,
                              {"none, or 'latest': '" + one.info.id + "' is '" + one.base +
                                   "' on the areas of today; ask for dataset=" + one.base,
                               "keiner oder 'latest': '" + one.info.id + "' ist '" + one.base +
                                   "' auf dem heutigen Gebietsstand; dataset=" + one.base + " hat andere"})};
            request.query.dataset = one.base;
            request.territory = "latest";
            return;
        }
    request.query.dataset = require_dataset(store, text, "query parameter 'dataset'", 400).id;
}

} // namespace

SeriesRequest read_series_request(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    SeriesRequest request;
    request.format = &format_of(call);
    auto& query = request.query;
    if (auto const text = call.parameter("dataset"); !text.empty()) read_dataset(shelf, call, store, request);
    read_areas(shelf, call, request);
    if (auto const text = call.parameter("level"); !text.empty()) {
        query.level = area_level_from(text);
        constexpr char const* known =
            "country, land, region, county, association, municipality, subunit, other";
        if (!query.level) throw Refusal{bad_value("level", text, {known, known})};
    }
    read_codes(call, query);
    check_codes(store, query);
    query.from_day = day_of_period(call, "from", false);
    query.to_day = day_of_period(call, "to", true);
    if (query.from_day && query.to_day && *query.to_day < *query.from_day)
        throw Refusal{
            bad_value("to", call.parameter("to"), {"a period behind 'from'", "ein Zeitraum nach 'from'"})};
    query.as_of = as_of_parameter(call);
    if (ingest::is_territory(call.parameter("territory"))) {
        request.territory = call.parameter("territory");
        if (request.territory != "latest" && !parse_date(request.territory))
            throw Refusal{bad_value("territory", request.territory,
                                    {"a day such as 2024-12-31, 'latest' or 'original'",
                                     "ein Tag wie 2024-12-31, 'latest' oder 'original'"})};
    }
    request.partial = flag_parameter(call, "partial");
    if (request.partial && request.territory.empty())
        throw Refusal{bad_value("partial", "true", {"together with territory=", "zusammen mit territory="})};
    request.views.frequency = call.parameter("frequency");
    request.views.unit = call.parameter("unit");
    request.views.ages = call.parameter("ages");
    request.views.nationality = call.parameter("nationality");
    request.views.breaks = flag_parameter(call, "breaks");
    auto pairs = call.parameters;
    std::sort(pairs.begin(), pairs.end());
    request.name = query_text(pairs) + " " + std::string{request.format->id};
    return request;
}

void refuse_empty(store::Store const& store, SeriesRequest const& request) {
    std::string why;
    try {
        why = ingest::why_nothing(store, request.query);
    } catch (Error const& error) {
        why = error.what();
    }
    throw Refusal{{404,
                   "no-figures",
                   {"No figures", "Keine Zahlen"},
                   {why, "für diese Verbindung von Gebiet, Merkmalen und Zeit liegen keine Zahlen vor"},
                   {"/api/v1/availability?area= says what there is and why something is missing",
                    "/api/v1/availability?area= sagt, was vorliegt und warum etwas fehlt"}}};
}

SeriesSource::SeriesSource(Shelf& shelf, store::Store const& store, SeriesRequest const& request) {
    if (!request.territory.empty()) {
        knowledge_ = shelf.knowledge();
        auto const day = derive::territory_day_from(knowledge_->atlas(), request.territory);
        territorial_ = std::make_unique<ingest::TerritorialFigures>(store, request.query, *knowledge_, day,
                                                                    request.partial);
    } else {
        stored_ = std::make_unique<ingest::FigureSet>(store, request.query);
    }
    if (!request.views.empty())
        pipeline_ = std::make_unique<derive::series::Pipeline>(
            territorial_ ? static_cast<feed::FigureSource const&>(territorial_->view()) : *stored_,
            request.views, shelf.mappings());
}

feed::FigureSource const& SeriesSource::figures() const noexcept {
    if (pipeline_) return pipeline_->figures();
    if (territorial_) return territorial_->view();
    return *stored_;
}

std::string SeriesSource::left_out() const {
    std::string text;
    auto const add = [&text](std::string const& one) { text += (text.empty() ? "" : "; ") + one; };
    if (territorial_)
        for (auto const& one : territorial_->view().left_out())
            add(std::to_string(one.series) + " series of level " + std::string{name_of(one.level)} + ": " +
                one.why);
    if (pipeline_)
        for (auto const& one : pipeline_->left_out())
            add(std::to_string(one.count) + (one.figures ? " figures of " : " series of ") + one.what + ": " +
                one.why);
    return text;
}

} // namespace gateway::serve::api
