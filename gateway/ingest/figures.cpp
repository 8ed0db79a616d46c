#include "gateway/ingest/figures.hpp"

#include <algorithm>
#include <tuple>

namespace gateway::ingest {

DatasetInfo find_dataset(store::Store const& store, std::string_view text) {
    std::vector<DatasetInfo> hits;
    std::string known;
    for (auto& dataset : store.datasets()) {
        if (dataset.id == text) return dataset;
        known += (known.empty() ? "" : ", ") + dataset.id;
        if (dataset.table == text) hits.push_back(std::move(dataset));
    }
    if (hits.size() == 1) return hits.front();
    constexpr std::size_t longest = 800;
    if (known.size() > longest) known = known.substr(0, longest) + " …";
    throw Error{Errc::not_found,
                (hits.empty() ? "no dataset '" : "more than one dataset has the table code '") +
                    std::string{text} + "'; the store holds: " + (known.empty() ? "nothing" : known)};
}

FigureSet::FigureSet(store::Store const& store, FigureQuery query) : store_(store), query_(std::move(query)) {
    if (!query_.dataset.empty()) {
        collect(find_dataset(store_, query_.dataset));
        return;
    }
    auto all = store_.datasets();
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    for (auto const& dataset : all) collect(dataset);
}

bool FigureSet::wanted(Area const& area, IndicatorKey const& indicator) const {
    if (query_.level && area.level != *query_.level) return false;
    if (!query_.area.empty()) {
        bool const itself = area_key(area) == query_.area;
        if (!itself && !(query_.inside && lies_in(area, query_.area))) return false;
    }
    return std::all_of(query_.codes.begin(), query_.codes.end(), [&indicator](auto const& wanted) {
        return indicator.at(wanted.first) == wanted.second;
    });
}

void FigureSet::collect(DatasetInfo const& dataset) {
    auto part = std::make_unique<Part>();
    part->context.info = dataset;
    if (query_.as_of) {
        part->vintage = store_.vintage_at(dataset.id, *query_.as_of);
        if (*part->vintage == 0) return; // nothing was known yet
    }
    std::vector<store::AreaNo> areas;
    for (auto const no : store_.areas()) {
        auto const area = store_.area(no);
        if (query_.area.empty() || area_key(area) == query_.area ||
            (query_.inside && lies_in(area, query_.area)))
            areas.push_back(no);
    }
    auto const add = [&](store::SeriesRef ref, std::span<store::PackedObservation const> observations) {
        if (observations.empty()) return;
        auto const area = store_.area(ref.area);
        auto indicator = store_.indicator(ref.indicator);
        if (!wanted(area, indicator)) return;
        part->series.push_back(
            {ref, area, store_.label(dataset.id, "AREA", area_key(area)), std::move(indicator)});
    };
    if (query_.area.empty()) {
        store_.read({dataset.id, part->vintage, {}, {}, query_.level}, add);
    } else {
        for (auto const area : areas) store_.read({dataset.id, part->vintage, {}, area, {}}, add);
    }
    if (part->series.empty()) return;
    std::sort(part->series.begin(), part->series.end(), [](Series const& a, Series const& b) {
        return std::tie(a.area.level, a.area.code, a.area.list, a.indicator) <
               std::tie(b.area.level, b.area.code, b.area.list, b.indicator);
    });
    for (auto const& vintage : store_.vintages(dataset.id)) {
        auto const document = store_.document(vintage.document);
        part->context.vintages[vintage.no] = {vintage.received, vintage.published,
                                              document ? document->sha256 : std::string{},
                                              document ? document->provenance.origin : std::string{}};
    }
    for (auto const& series : part->series) {
        part->context.labels[{"AREA", area_key(series.area)}] = series.name;
        for (auto const& [dimension, code] : series.indicator.codes()) {
            auto& label = part->context.labels[{dimension, code}];
            if (label.empty()) label = store_.label(dataset.id, dimension, code);
        }
    }
    parts_.push_back(std::move(part));
}

std::vector<feed::DatasetContext const*> FigureSet::datasets() const {
    std::vector<feed::DatasetContext const*> all;
    for (auto const& part : parts_) all.push_back(&part->context);
    return all;
}

std::vector<Observation> FigureSet::observations(Part const& part, Series const& series) const {
    std::vector<Observation> result;
    store_.read({part.context.info.id, part.vintage, series.ref.indicator, series.ref.area, {}},
                [&](store::SeriesRef, std::span<store::PackedObservation const> packed) {
                    for (auto const& observation : packed) {
                        if (query_.from_day && observation.period.start_day() < *query_.from_day) continue;
                        if (query_.to_day && observation.period.start_day() > *query_.to_day) continue;
                        result.push_back(store::unpacked(store_, observation));
                    }
                });
    return result;
}

void FigureSet::each(std::function<void(feed::SeriesRecord const&)> const& each) const {
    for (auto const& part : parts_)
        for (auto const& series : part->series) {
            auto const figures = observations(*part, series);
            if (!figures.empty()) each({part->context, series.area, series.name, series.indicator, figures});
        }
}

} // namespace gateway::ingest
