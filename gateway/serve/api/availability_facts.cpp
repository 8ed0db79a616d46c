#include "gateway/serve/api/availability_facts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "gateway/feed/german.hpp"

namespace gateway::serve::api {
namespace {

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

struct Counts {
    std::uint64_t numbers = 0;
    std::map<std::string, Hole> holes; ///< by reason
};

std::vector<PeriodHolding> periods_of(store::Store const& store, DatasetInfo const& info,
                                      KnownArea const& area, Holding const& holding) {
    auto const vintages = store.vintages(info.id);
    bool const set_aside = !vintages.empty() && vintages.back().rows_set_aside > 0;
    std::map<TimePeriod, Counts> periods;
    for (auto const& [indicator, expected] : holding.expected) {
        auto const own = holding.own.find(indicator);
        for (auto const& period : expected) {
            auto& counts = periods[period];
            std::optional<std::string> found;
            if (own != holding.own.end())
                if (auto const one = own->second.find(period); one != own->second.end()) found = one->second;
            auto const reason = found ? *found : reason_of(area, period, set_aside);
            if (reason.empty()) {
                ++counts.numbers;
                continue;
            }
            auto& hole = counts.holes[reason];
            if (hole.count++ == 0) {
                hole.reason = reason;
                hole.words = words_of(reason);
                hole.example = store.indicator(indicator).text();
            }
        }
    }
    std::vector<PeriodHolding> result;
    for (auto& [period, counts] : periods) {
        PeriodHolding one{period, counts.numbers, {}};
        for (auto& entry : counts.holes) one.holes.push_back(std::move(entry.second));
        result.push_back(std::move(one));
    }
    return result;
}

Text why_none(Holding const& holding, AreaLevel level) {
    if (holding.levels.empty())
        return {"EMPTY: the source has withdrawn every figure, or none was loaded",
                "LEER: die Quelle hat alle Zahlen zurückgezogen, oder es wurden keine geladen"};
    if (holding.levels.count(level) != 0)
        return {"OTHER_AREAS: the table has figures of this level, but none of this area",
                "ANDERE_GEBIETE: die Tabelle hat Zahlen dieser Ebene, aber keine dieses Gebiets"};
    Text levels;
    for (auto const one : holding.levels) {
        levels.en += (levels.en.empty() ? "" : ", ") + std::string{name_of(one)};
        levels.de += (levels.de.empty() ? "" : ", ") + std::string{feed::level_de(one)};
    }
    return {"OTHER_LEVEL: the table has figures of " + levels.en,
            "ANDERE_EBENE: die Tabelle hat Zahlen für " + levels.de};
}

/// One is the other, or lies in it.
bool are_related(std::string_view a, std::string_view b) {
    return a.starts_with(b) || b.starts_with(a);
}

} // namespace

Availability availability_of(store::Store const& store, DatasetInfo const& info, KnownArea const& area,
                             std::vector<UnderReview> const& reviews) {
    auto const holding = read_holding(store, info.id, area);
    Availability facts;
    facts.info = info;
    if (holding.own.empty()) facts.why_none = why_none(holding, area.area.level);
    for (auto const& each : reviews)
        if (each.dataset == info.id && are_related(each.area, area.key))
            facts.under_review = std::min(facts.under_review.value_or(each.since), each.since);
    facts.series = holding.own.size();
    facts.series_of_level = holding.expected.size();
    facts.periods = periods_of(store, info, area, holding);
    return facts;
}

} // namespace gateway::serve::api
