// FigureSet: handing out the series that were collected.
#include <algorithm>
#include <tuple>

#include "gateway/core/error.hpp"
#include "gateway/ingest/figures.hpp"

namespace gateway::ingest {

bool FigureSet::in_time(TimePeriod const& period) const noexcept {
    return (!query_.from_day || period.start_day() >= *query_.from_day) &&
           (!query_.to_day || period.start_day() <= *query_.to_day);
}

std::vector<Observation> FigureSet::observations(Part const& part, Series const& series) const {
    std::vector<Observation> result;
    store_.read({part.context.info.id, part.read_as, series.ref.indicator, series.ref.area, {}},
                [&](store::SeriesRef, std::span<store::PackedObservation const> packed) {
                    for (auto const& observation : packed)
                        if (in_time(observation.period))
                            result.push_back(store::unpacked(store_, observation));
                });
    return result;
}

void FigureSet::hand_out(Part const& part, SeriesAt first, SeriesAt last,
                         feed::SeriesSink const& sink) const {
    auto const hand = [&](Series const& series, std::vector<Observation> const& figures) {
        if (!figures.empty())
            sink({part.context, series.place->area, series.place->name, series.kind->indicator, figures});
    };
    std::vector<Observation> figures;
    if (part.keeps) {
        for (; first != last; ++first) {
            figures.clear();
            for (auto at = first->begin; at < first->begin + first->count; ++at)
                figures.push_back(store::unpacked(store_, part.kept[at]));
            hand(*first, figures);
        }
        return;
    }
    constexpr auto few = 4;
    if (last - first <= few || !query_.codes.empty() || part.read_as) {
        for (; first != last; ++first) hand(*first, observations(part, *first));
        return;
    }
    // The series of an area lie side by side in the store: one read for all of them. What `sink` does may read, too.
    std::vector<store::PackedObservation> all;
    std::vector<std::tuple<store::IndicatorNo, std::size_t, std::size_t>> spans; // by indicator
    store_.read({part.context.info.id, {}, {}, first->ref.area, {}},
                [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
                    auto const begin = all.size();
                    for (auto const& observation : packed)
                        if (in_time(observation.period)) all.push_back(observation);
                    spans.emplace_back(ref.indicator, begin, all.size());
                });
    std::sort(spans.begin(), spans.end());
    for (; first != last; ++first) {
        auto const span = std::lower_bound(
            spans.begin(), spans.end(), first->ref.indicator,
            [](auto const& one, store::IndicatorNo indicator) { return std::get<0>(one) < indicator; });
        if (span == spans.end() || std::get<0>(*span) != first->ref.indicator) continue;
        figures.clear();
        for (auto at = std::get<1>(*span); at < std::get<2>(*span); ++at)
            figures.push_back(store::unpacked(store_, all[at]));
        hand(*first, figures);
    }
}

void FigureSet::each(feed::SeriesSink const& each) const {
    for (auto const& part : parts_)
        for (auto first = part->series.cbegin(); first != part->series.cend();) {
            auto const last = std::find_if(first, part->series.cend(),
                                           [first](Series const& one) { return one.place != first->place; });
            hand_out(*part, first, last, each);
            first = last;
        }
}

void FigureSet::each_in(std::string_view dataset, std::span<Area const> areas,
                        feed::SeriesSink const& sink) const {
    auto const place = [](Area const& area) { return std::tie(area.level, area.code, area.list); };
    for (auto const& part : parts_) {
        if (part->context.info.id != dataset) continue;
        for (auto const& area : areas) {
            auto const first = std::lower_bound(
                part->series.cbegin(), part->series.cend(), area,
                [&place](Series const& one, Area const& key) { return place(one.place->area) < place(key); });
            auto const last = std::find_if(first, part->series.cend(),
                                           [&area](Series const& one) { return one.place->area != area; });
            if (first != last) hand_out(*part, first, last, sink);
        }
    }
}

void FigureSet::each_superseded(feed::SeriesSink const& each) const {
    for (auto const& part : parts_) {
        if (part->context.vintages.size() < 2) continue;
        // What each vintage in turn leaves valid; what is no longer in the next one was superseded by it.
        using Place = std::pair<store::IndicatorNo, store::AreaNo>;
        using State = std::map<Place, std::vector<store::PackedObservation>>;
        std::map<Place, std::vector<store::PackedObservation>> superseded;
        State before;
        for (auto const& [vintage, source] : part->context.vintages) {
            State now;
            read_all(*part, vintage,
                     [&now](store::SeriesRef ref, std::span<store::PackedObservation const> observations) {
                         now[{ref.indicator, ref.area}] = {observations.begin(), observations.end()};
                     });
            for (auto const& [place, observations] : before) {
                auto const& left = now[place];
                for (auto const& observation : observations) {
                    bool const stays =
                        std::any_of(left.begin(), left.end(), [&observation](auto const& other) {
                            return other.period == observation.period && other.vintage == observation.vintage;
                        });
                    if (!stays) superseded[place].push_back(observation);
                }
            }
            before = std::move(now);
        }
        std::vector<std::tuple<Area, IndicatorKey, Place>> order;
        order.reserve(superseded.size());
        for (auto const& [place, observations] : superseded)
            order.emplace_back(store_.area(place.second), store_.indicator(place.first), place);
        std::sort(order.begin(), order.end(), [](auto const& a, auto const& b) {
            return std::tie(std::get<0>(a).level, std::get<0>(a).code, std::get<0>(a).list, std::get<1>(a)) <
                   std::tie(std::get<0>(b).level, std::get<0>(b).code, std::get<0>(b).list, std::get<1>(b));
        });
        for (auto const& [area, indicator, place] : order) {
            if (!wanted(area, indicator)) continue;
            std::vector<Observation> figures;
            for (auto const& packed : superseded[place]) figures.push_back(store::unpacked(store_, packed));
            std::sort(figures.begin(), figures.end(), [](Observation const& a, Observation const& b) {
                return std::tie(a.period, a.vintage) < std::tie(b.period, b.vintage);
            });
            name_code(*part, "AREA", area_key(area));
            name_codes(*part, indicator);
            auto const& name = part->context.labels[{"AREA", area_key(area)}];
            each({part->context, area, name, indicator, figures});
        }
    }
}

} // namespace gateway::ingest
