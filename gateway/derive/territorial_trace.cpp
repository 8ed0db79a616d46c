// Single figures of a TerritorialView with all they were made of, and what municipalities say of a divided county.
#include <algorithm>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/derive/territorial_part.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::derive {
namespace {

using harmonize::territory::no_end;

constexpr std::size_t county_digits = 5;

bool begins(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

Observation const* figure_of(SeriesByArea const& series, std::string_view key, TimePeriod const& period) {
    auto const found = series.find(key);
    if (found == series.end()) return nullptr;
    auto const figure = std::find_if(found->second.begin(), found->second.end(),
                                     [&period](Observation const& one) { return one.period == period; });
    return figure == found->second.end() ? nullptr : &*figure;
}

/// True where the municipalities make up the county, as far as protection lets one say.
bool adds_up(SeriesByArea const& series, TimePeriod const& period, Observation const& county) {
    DecimalSum sum;
    Width width = width_of(county);
    for (auto const& one : series) {
        auto const* const figure = figure_of(series, one.first, period);
        if (figure == nullptr || figure->value.reason() == MissingReason::no_territory) continue;
        auto const number = figure->value.number();
        if (!number) return false;
        sum.add(*number);
        auto const own = width_of(*figure);
        auto const below = checked_add(width.below, own.above);
        auto const above = checked_add(width.above, own.below);
        if (own.open || !below || !above) return false;
        width.below = *below;
        width.above = *above;
    }
    auto const total = sum.to_decimal();
    auto const number = county.value.number();
    if (!total || !number || width.open) return false;
    auto const difference = checked_subtract(*number, *total);
    return difference && *difference <= width.below &&
           Decimal::from_scaled(-difference->mantissa(), difference->scale()) <= width.above;
}

} // namespace

std::optional<MunicipalPart> TerritorialView::split(Part const& part, IndicatorKey const& indicator,
                                                    TimePeriod const& period, std::string_view source,
                                                    std::string_view target,
                                                    Observation const& figure) const {
    auto const* const flows =
        atlas_.municipalities(period.end_day() - 1, request_.day, harmonize::territory::Weight::population);
    if (flows == nullptr) return std::nullopt;
    for (auto const* dataset : part.municipal) {
        auto const name = dataset->info.id + "/" + std::string{source};
        auto known = municipal_pools_.find(name);
        if (known == municipal_pools_.end()) {
            std::vector<Area> areas;
            for (auto const& area : part.municipal_areas.at(dataset->info.id))
                if (area.level == AreaLevel::municipality && area.list == CodeList::ags &&
                    begins(area.code, source))
                    areas.push_back(area);
            Pool pool;
            municipal_->each_in(dataset->info.id, areas, [&pool](feed::SeriesRecord const& record) {
                pool[record.indicator][area_key(record.area)] = record.observations;
            });
            known = municipal_pools_.emplace(name, std::move(pool)).first;
        }
        auto const series = known->second.find(indicator);
        if (series == known->second.end() || !adds_up(series->second, period, figure)) continue;
        DecimalSum sum;
        MunicipalPart result;
        result.exact = true;
        bool whole = true;
        for (auto at = flows->into.lower_bound(target); at != flows->into.end() && begins(at->first, target);
             ++at)
            for (auto const& inflow : at->second) {
                if (!begins(inflow.key, source)) continue;
                auto const* const one = figure_of(series->second, inflow.key, period);
                auto const number = one == nullptr ? std::nullopt : one->value.number();
                if (!number || inflow.unknown) {
                    whole = false;
                    continue;
                }
                if (!inflow.split) {
                    sum.add(*number);
                    continue;
                }
                result.exact = false;
                sum.add(Decimal::from_scaled(
                    apportioned_part(number->mantissa(), inflow.shares, inflow.place), number->scale()));
            }
        auto const amount = sum.to_decimal();
        if (!whole || !amount) continue;
        result.amount = *amount;
        return result;
    }
    return std::nullopt;
}

MeasureUse TerritorialView::use_of(std::string_view dataset, IndicatorKey const& indicator) const {
    auto const* const part = find(dataset);
    if (part == nullptr) return {};
    return measures_.use(part->context.info, indicator,
                         feed::label_of(part->context, "MEASURE", indicator.at("MEASURE")));
}

std::optional<Combined> TerritorialView::trace_unchanged(std::string_view dataset, Area const& area,
                                                         IndicatorKey const& indicator,
                                                         TimePeriod const& period) const {
    std::optional<Combined> result;
    each_in(dataset, {&area, 1}, [&](feed::SeriesRecord const& record) {
        if (record.indicator != indicator) return;
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            if (record.observations[i].period != period) continue;
            result.emplace();
            result->figure = record.observations[i];
            result->derived = record.derived->at(i);
        }
    });
    if (!result) return result;
    source_.each_in(dataset, {&area, 1}, [&](feed::SeriesRecord const& record) {
        if (record.indicator != indicator) return;
        for (auto const& figure : record.observations)
            if (figure.period == period)
                result->contributions.push_back({area_key(area),
                                                 std::string{record.area_name},
                                                 indicator,
                                                 figure,
                                                 1,
                                                 false,
                                                 figure.value.number(),
                                                 "whole",
                                                 "same",
                                                 {}});
    });
    return result;
}

std::optional<Combined> TerritorialView::trace(std::string_view dataset, Area const& area,
                                               IndicatorKey const& indicator,
                                               TimePeriod const& period) const {
    auto const* const part = find(dataset);
    if (part == nullptr) return std::nullopt;
    bool const municipal = area.level == AreaLevel::municipality;
    if (!municipal && area.level != AreaLevel::county)
        return trace_unchanged(dataset, area, indicator, period);
    std::vector<Area> areas;
    auto const relatives = atlas_.relatives(area.code.substr(0, county_digits), request_.day);
    for (auto const& one : part->areas)
        if (one.level == area.level &&
            std::any_of(relatives.begin(), relatives.end(),
                        [&](std::string const& key) { return begins(one.code, key); }))
            areas.push_back(one);
    auto const pool = pool_of(*part, areas);
    auto request = period_request(*part, municipal);
    request.details = true;
    Periods periods{atlas_, measures_};
    return periods.figure(request, area.code, pool, indicator,
                          feed::label_of(part->context, "MEASURE", indicator.at("MEASURE")), period);
}

std::vector<std::string> widened(Atlas& atlas, std::string_view key, std::int32_t day) {
    if (key.size() >= county_digits) return atlas.relatives(key.substr(0, county_digits), day);
    std::set<std::string> keys;
    if (key == "DG") return {};
    for (auto const* life : atlas.areas().counties_on(day)) {
        if (!begins(life->key, key)) continue;
        auto const& relatives = atlas.relatives(life->key, day);
        keys.insert(relatives.begin(), relatives.end());
    }
    return {keys.begin(), keys.end()};
}

std::optional<TerritoryOfView> territory_of_view(std::string_view view) {
    constexpr std::string_view partial = ":partial";
    TerritoryOfView result;
    if (view.size() > partial.size() && view.substr(view.size() - partial.size()) == partial) {
        result.partial = true;
        view.remove_suffix(partial.size());
    }
    auto const day = parse_date(view);
    if (!day || date_text(*day) != view) return std::nullopt;
    result.day = *day;
    return result;
}

std::int32_t territory_day_from(Atlas const& atlas, std::string_view text) {
    if (text == "latest") return atlas.latest();
    auto const day = parse_date(std::string{text});
    if (!day)
        throw Error{Errc::invalid_argument,
                    "--territory '" + std::string{text} +
                        "' is no day; expected 2016-12-31, original (as published) or "
                        "latest (" +
                        date_text(atlas.latest()) + ")"};
    if (*day < atlas.first_day())
        throw Error{Errc::invalid_argument, "--territory " + date_text(*day) + ": the register begins on " +
                                                date_text(atlas.first_day()) + "; name a day from then on"};
    return *day;
}

void require_area(Atlas& atlas, std::string_view key, std::int32_t day) {
    if (key.size() != county_digits || key.find_first_not_of("0123456789") != std::string_view::npos) return;
    auto const& areas = atlas.areas();
    if (areas.life_on(key, day) != nullptr) return;
    auto const lives = areas.lives(key);
    if (lives.empty()) throw Error{Errc::not_found, areas.unknown_key_text(key)};
    std::string text = std::string{key} + " " + std::string{lives.front().name} + " did not exist on " +
                       date_text(day) + " (it did ";
    for (std::size_t i = 0; i < lives.size(); ++i)
        text += (i == 0 ? "" : ", ") + harmonize::territory::validity_text(lives[i]);
    text += ")";
    std::set<std::string> others;
    for (auto const& relative :
         atlas.relatives(key, lives.front().last == no_end ? lives.front().first : lives.front().last))
        if (auto const* life = areas.life_on(relative, day); life != nullptr)
            others.insert(std::string{life->key} + " " + std::string{life->name});
    std::string list;
    for (auto const& other : others) list += (list.empty() ? "" : ", ") + other;
    if (!list.empty()) text += "; its land was then in " + list;
    throw Error{Errc::not_found, text + "; name one of these, or another --territory"};
}

} // namespace gateway::derive
