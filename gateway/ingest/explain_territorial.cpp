#include "gateway/ingest/explain_territorial.hpp"

#include <algorithm>

namespace gateway::ingest {
namespace {

/// The source of a view with some figures in place of those stored.
class Replaced : public feed::FigureSource {
  public:
    Replaced(feed::FigureSource const& source, std::vector<TerritorialSource> const& figures)
        : source_(source), figures_(figures) {}
    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override {
        return source_.datasets();
    }
    [[nodiscard]] std::vector<Area> areas(std::string_view dataset) const override {
        return source_.areas(dataset);
    }
    void each(feed::SeriesSink const& each) const override {
        source_.each([&](feed::SeriesRecord const& record) { hand_on(record, each); });
    }
    void each_in(std::string_view dataset, std::span<Area const> areas,
                 feed::SeriesSink const& sink) const override {
        source_.each_in(dataset, areas, [&](feed::SeriesRecord const& record) { hand_on(record, sink); });
    }

  private:
    void hand_on(feed::SeriesRecord const& record, feed::SeriesSink const& sink) const {
        auto figures = record.observations;
        for (auto const& source : figures_) {
            if (source.id.indicator != record.indicator || source.id.area_key != area_key(record.area))
                continue;
            for (auto& figure : figures)
                if (figure.period == source.id.period && source.recomputed) {
                    auto const vintage = figure.vintage;
                    figure = *source.recomputed;
                    figure.vintage = vintage;
                }
        }
        sink({record.dataset, record.area, record.area_name, record.indicator, figures});
    }
    feed::FigureSource const& source_;
    std::vector<TerritorialSource> const& figures_;
};

Area area_from(std::string const& key) {
    auto const level = key == "DG"       ? AreaLevel::country
                       : key.size() == 2 ? AreaLevel::land
                       : key.size() == 3 ? AreaLevel::region
                       : key.size() == 5 ? AreaLevel::county
                                         : AreaLevel::municipality;
    return {CodeList::ags, level, key};
}

bool same(derive::Combined const& a, derive::Combined const& b) {
    return a.figure.same_content(b.figure) && a.derived.origin == b.derived.origin &&
           a.derived.low == b.derived.low && a.derived.high == b.derived.high &&
           a.derived.flags == b.derived.flags;
}

} // namespace

TerritorialExplanation explain_territorial(Workshop& shop, TerritoryKnowledge& knowledge,
                                           FigureId const& id) {
    auto const territory = derive::territory_of_view(id.view);
    if (!territory)
        throw Error{Errc::invalid_argument,
                    "figure id '" + to_string(id) + "': '" + id.view +
                        "' is no territory; expected a day such as 2016-12-31, or 2016-12-31:partial"};
    auto const dataset = shop.store.dataset(id.dataset);
    if (!dataset)
        throw Error{Errc::not_found,
                    "no dataset '" + id.dataset + "'; kreislauf list datasets shows what there is"};
    FigureQuery query;
    query.dataset = id.dataset;
    query.area = id.area_key;
    for (auto const& vintage : shop.store.vintages(id.dataset))
        if (vintage.no == id.vintage) query.as_of = vintage.received;
    if (!query.as_of)
        throw Error{Errc::not_found, "dataset " + id.dataset + " has no vintage " +
                                         std::to_string(id.vintage) +
                                         "; kreislauf list vintages shows what there is"};
    TerritorialFigures const figures{shop.store, query, knowledge, territory->day, territory->partial};
    auto const area = area_from(id.area_key);
    auto figure = figures.view().trace(id.dataset, area, id.indicator, id.period);
    if (!figure)
        throw Error{Errc::not_found, "on the territory of " + date_text(territory->day) +
                                         " there is no figure " + id.area_key + "/" + id.indicator.text() +
                                         "/" + id.period.to_sdmx() + "; kreislauf get " + id.dataset +
                                         " --area " + id.area_key + " --territory " +
                                         date_text(territory->day) + " shows what there is"};
    TerritorialExplanation result;
    result.id = id;
    result.dataset_title = dataset->title;
    if (auto const* life = knowledge.atlas().areas().life_on(id.area_key, territory->day))
        result.area_name = life->name;
    result.register_files = knowledge.files();
    result.measure = figures.view().use_of(id.dataset, id.indicator);
    result.figure = std::move(*figure);
    result.identical = true;
    for (auto const& contribution : result.figure.contributions) {
        TerritorialSource source;
        source.contribution = contribution;
        source.id = {
            id.dataset, contribution.key, contribution.indicator, id.period, contribution.figure.vintage, {}};
        auto explained = explain(shop, source.id);
        source.recomputed = explained.recomputed;
        source.identical = explained.identical;
        result.identical = result.identical && source.identical;
        result.sources.push_back(std::move(source));
    }
    Replaced const again{figures.source(), result.sources};
    derive::TerritoryRequest request;
    request.day = territory->day;
    request.partial = territory->partial;
    derive::TerritorialView const view{again, figures.municipal(), knowledge.atlas(), knowledge.measures(),
                                       std::move(request)};
    result.recomputed = view.trace(id.dataset, area, id.indicator, id.period);
    result.identical = result.identical && result.recomputed && same(*result.recomputed, result.figure);
    return result;
}

} // namespace gateway::ingest
