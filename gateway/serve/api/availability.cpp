#include "gateway/serve/api/availability.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gateway/feed/german.hpp"
#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

struct PeriodCount {
    std::uint64_t numbers = 0;
    std::map<std::string, std::uint64_t> holes;  ///< by reason
    std::map<std::string, std::string> examples; ///< the first indicator with a hole of the reason
};

struct Holding {
    std::map<store::IndicatorNo, std::map<TimePeriod, std::string>> own; ///< reason; empty = a number
    std::map<store::IndicatorNo, std::set<TimePeriod>> expected;
    std::set<AreaLevel> levels;
};

Holding read_holding(store::Store const& store, std::string const& dataset, KnownArea const& area) {
    Holding holding;
    std::map<store::AreaNo, Area> areas;
    store.read({dataset, {}, {}, {}, {}},
               [&](store::SeriesRef series, std::span<store::PackedObservation const> observations) {
                   if (observations.empty()) return;
                   auto known = areas.find(series.area);
                   if (known == areas.end())
                       known = areas.emplace(series.area, store.area(series.area)).first;
                   holding.levels.insert(known->second.level);
                   if (known->second.level != area.area.level) return;
                   auto& expected = holding.expected[series.indicator];
                   for (auto const& one : observations) expected.insert(one.period);
                   if (known->second != area.area) return;
                   auto& own = holding.own[series.indicator];
                   for (auto const& one : observations) {
                       auto const& state = store.state(one.state);
                       own[one.period] = state.reason ? std::string{to_string(*state.reason)} : std::string{};
                   }
               });
    return holding;
}

/// Why a row that others have is not there.
std::string reason_of(KnownArea const& area, TimePeriod const& period, bool set_aside) {
    auto const last_day = period.end_day() - 1;
    bool const existed =
        area.lives.empty() || std::any_of(area.lives.begin(), area.lives.end(),
                                          [&](auto const& life) { return life.on(last_day); });
    if (!existed) return "NO_TERRITORY";
    return set_aside ? "ROW_SET_ASIDE" : "NOT_IN_SOURCE";
}

Text words_of(std::string const& reason) {
    if (reason == "ROW_SET_ASIDE")
        return {"rows of the last delivery were set aside; see issues of the dataset",
                "Zeilen der letzten Lieferung wurden zurückgestellt; siehe issues des Datensatzes"};
    if (reason == "NOT_IN_SOURCE")
        return {"the source has no such row", "die Quelle enthält keine solche Zeile"};
    if (auto const known = missing_reason_from(reason)) return {reason, std::string{feed::reason_de(*known)}};
    return {reason, reason};
}

void write_holding(Json& json, store::Store const& store, DatasetInfo const& info, KnownArea const& area,
                   Holding const& holding) {
    auto const vintages = store.vintages(info.id);
    bool const set_aside = !vintages.empty() && vintages.back().rows_set_aside > 0;
    std::map<TimePeriod, PeriodCount> periods;
    for (auto const& [indicator, expected] : holding.expected) {
        auto const own = holding.own.find(indicator);
        for (auto const& period : expected) {
            auto& count = periods[period];
            std::string reason;
            bool there = false;
            if (own != holding.own.end())
                if (auto const found = own->second.find(period); found != own->second.end()) {
                    there = true;
                    reason = found->second;
                }
            if (!there) reason = reason_of(area, period, set_aside);
            if (reason.empty()) {
                ++count.numbers;
                continue;
            }
            ++count.holes[reason];
            count.examples.try_emplace(reason, store.indicator(indicator).text());
        }
    }
    json.field("series", std::uint64_t{holding.own.size()})
        .field("series_of_level", std::uint64_t{holding.expected.size()})
        .key("periods")
        .array();
    for (auto const& [period, count] : periods) {
        json.object().field("period", period.to_sdmx()).field("numbers", count.numbers).key("holes").array();
        for (auto const& [reason, holes] : count.holes) {
            auto const words = words_of(reason);
            json.object()
                .field("reason", reason)
                .field("reason_de", words.de)
                .field("count", holes)
                .field("example", count.examples.at(reason))
                .end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

std::string levels_of(Holding const& holding) {
    std::string text;
    for (auto const level : holding.levels) text += (text.empty() ? "" : ", ") + std::string{name_of(level)};
    return text;
}

/// One is the other, or lies in it.
bool are_related(std::string_view a, std::string_view b) {
    return a.starts_with(b) || b.starts_with(a);
}

/// "in Prüfung seit": rows of this area were set aside when the rest of their delivery was released.
void write_review(Json& json, std::vector<UnderReview> const& reviews, std::string const& dataset,
                  std::string const& area) {
    std::optional<UnixTime> since;
    for (auto const& each : reviews)
        if (each.dataset == dataset && are_related(each.area, area))
            since = std::min(since.value_or(each.since), each.since);
    if (!since) return;
    auto const day = utc_text(*since).substr(0, 10);
    json.field("under_review_since", utc_text(*since))
        .field("under_review_de", "in Prüfung seit " + day.substr(8, 2) + "." + day.substr(5, 2) + "." +
                                      day.substr(0, 4) +
                                      ": einzelne Zahlen der letzten Lieferung sind zurückgestellt");
}

} // namespace

http::Response show_availability(Shelf& shelf, Call const& call) {
    auto const key = call.parameter("area");
    if (key.empty())
        throw Refusal{missing_parameter("area", {"give the key of an area, such as area=03153",
                                                 "den Schlüssel eines Gebiets angeben, etwa area=03153"})};
    auto const index = shelf.area_index(call);
    auto const& area = require_area(*index, key, "query parameter 'area'", 400);
    auto const lease = call.lease();
    auto const& store = lease->store();
    std::vector<DatasetInfo> datasets;
    if (auto const text = call.parameter("dataset"); !text.empty())
        datasets.push_back(require_dataset(store, text, "query parameter 'dataset'", 400));
    else
        datasets = store.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    Page const page{call, datasets, [](DatasetInfo const& info) { return info.id; }};
    auto const& review = shelf.settings().under_review;
    auto const reviews = review ? review() : std::vector<UnderReview>{};
    Json json;
    json.object().field("area", area.key).field("area_name", area.name).key("datasets").array();
    for (auto const& info : page.items) {
        auto const holding = read_holding(store, info.id, area);
        json.object().field("dataset", info.id).field("title", info.title);
        json.flag("available", !holding.own.empty());
        if (!holding.own.empty()) {
            json.key("reason").null().key("reason_de").null();
        } else if (holding.levels.empty()) {
            json.field("reason", "EMPTY: the source has withdrawn every figure, or none was loaded")
                .field("reason_de",
                       "LEER: die Quelle hat alle Zahlen zurückgezogen, oder es wurden keine geladen");
        } else if (holding.levels.count(area.area.level) == 0) {
            json.field("reason", "OTHER_LEVEL: the table has figures of " + levels_of(holding))
                .field("reason_de", "ANDERE_EBENE: die Tabelle hat Zahlen für " + levels_of(holding));
        } else {
            json.field("reason", "OTHER_AREAS: the table has figures of this level, but none of this area")
                .field("reason_de",
                       "ANDERE_GEBIETE: die Tabelle hat Zahlen dieser Ebene, aber keine dieses Gebiets");
        }
        write_review(json, reviews, info.id, area.key);
        write_holding(json, store, info, area, holding);
        json.end_object();
    }
    json.end_array();
    write_paging(json, datasets.size(), page.next);
    json.end_object();
    auto answer = json_answer(json, page.next);
    answer.shared = answer.shared && !review; // what is under review changes without a change of the store
    return answer;
}

} // namespace gateway::serve::api
