#include "gateway/intake/preview_territory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/ingest/territorial.hpp"

namespace gateway::intake {
namespace {

constexpr std::size_t county_digits = 5;

using SeriesKey = std::pair<Area, IndicatorKey>;
using Overlay = std::map<SeriesKey, std::map<TimePeriod, Side>>;

Observation observation_of(TimePeriod const& period, Side const& side) {
    Observation observation;
    observation.period = period;
    observation.value =
        side.is_number() ? Value::of(side.digits()) : Value::missing(static_cast<MissingReason>(side.kind));
    return observation;
}

/// A source with changes laid over its series.
class Overlaid : public feed::FigureSource {
  public:
    Overlaid(feed::FigureSource const& base, Overlay const& overlay) : base_(base), overlay_(overlay) {}

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override {
        return base_.datasets();
    }
    [[nodiscard]] std::vector<Area> areas(std::string_view dataset) const override {
        auto all = base_.areas(dataset);
        for (auto const& entry : overlay_) all.push_back(entry.first.first);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }
    void each(feed::SeriesSink const& each) const override {
        for (auto const* const dataset : datasets()) each_in(dataset->info.id, areas(dataset->info.id), each);
    }
    void each_in(std::string_view dataset, std::span<Area const> areas,
                 feed::SeriesSink const& sink) const override {
        feed::DatasetContext const* context = nullptr;
        for (auto const* const known : datasets())
            if (known->info.id == dataset) context = known;
        if (context == nullptr) return;
        struct Entry {
            std::string name;
            std::vector<Observation> observations;
        };
        std::map<SeriesKey, Entry> series;
        base_.each_in(dataset, areas, [&](feed::SeriesRecord const& record) {
            series.emplace(SeriesKey{record.area, record.indicator},
                           Entry{std::string{record.area_name}, record.observations});
        });
        for (auto const& area : areas)
            for (auto at = overlay_.lower_bound({area, {}}); at != overlay_.end() && at->first.first == area;
                 ++at)
                lay(at->second, series[at->first].observations);
        for (auto const& [key, entry] : series)
            if (!entry.observations.empty())
                sink({*context, key.first, entry.name, key.second, entry.observations});
    }

  private:
    static void lay(std::map<TimePeriod, Side> const& changes, std::vector<Observation>& observations) {
        observations.erase(
            std::remove_if(observations.begin(), observations.end(),
                           [&changes](Observation const& one) { return changes.count(one.period) > 0; }),
            observations.end());
        for (auto const& [period, after] : changes)
            if (!after.is_absent()) observations.push_back(observation_of(period, after));
        std::sort(observations.begin(), observations.end(),
                  [](Observation const& a, Observation const& b) { return a.period < b.period; });
    }

    feed::FigureSource const& base_;
    Overlay const& overlay_;
};

/// The series of some indicators of a source.
class OfIndicators : public feed::FigureSource {
  public:
    OfIndicators(feed::FigureSource const& base, std::set<IndicatorKey> const& wanted)
        : base_(base), wanted_(wanted) {}

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override {
        return base_.datasets();
    }
    [[nodiscard]] std::vector<Area> areas(std::string_view dataset) const override {
        return base_.areas(dataset);
    }
    void each(feed::SeriesSink const& each) const override { base_.each(only(each)); }
    void each_in(std::string_view dataset, std::span<Area const> areas,
                 feed::SeriesSink const& sink) const override {
        base_.each_in(dataset, areas, only(sink));
    }

  private:
    [[nodiscard]] feed::SeriesSink only(feed::SeriesSink const& sink) const {
        return [this, &sink](feed::SeriesRecord const& record) {
            if (wanted_.count(record.indicator) > 0) sink(record);
        };
    }
    feed::FigureSource const& base_;
    std::set<IndicatorKey> const& wanted_;
};

using Figures = std::map<std::tuple<std::string, IndicatorKey, TimePeriod>, Side>;

Figures figures_of(feed::FigureSource const& source, derive::Atlas& atlas, derive::Measures const& measures,
                   std::int32_t day, std::set<std::string> const& wanted) {
    derive::TerritoryRequest request;
    request.day = day;
    request.wants = [&wanted](Area const& area) {
        return area.level == AreaLevel::county && wanted.count(area_key(area)) > 0;
    };
    derive::TerritorialView const view{source, nullptr, atlas, measures, std::move(request)};
    Figures figures;
    view.each([&figures](feed::SeriesRecord const& record) {
        for (auto const& one : record.observations)
            figures.emplace(std::tuple{area_key(record.area), record.indicator, one.period},
                            one.value.visit([](Decimal number) { return Side::of(number); },
                                            [](MissingReason reason) { return Side::of(reason); }));
    });
    return figures;
}

} // namespace

void territorial_effects(ingest::Workshop& shop, TerritorialRequest const& request,
                         std::span<KeptChange const> changes, std::size_t middle,
                         std::function<IndicatorKey const&(store::IndicatorNo)> const& indicator_of,
                         std::function<Area const&(store::AreaNo)> const& area_of,
                         std::function<void(TerritorialEffect const&)> const& each) {
    ingest::TerritoryKnowledge knowledge{request.data, request.store_directory};
    auto& atlas = knowledge.atlas();
    auto const day = atlas.latest();
    if (!shop.store.dataset(request.dataset)) return;
    auto const counts = [&](KeptChange const& change) {
        auto const& area = area_of(change.area);
        return area.level == AreaLevel::county && area.list == CodeList::ags &&
               area.code.size() == county_digits && !atlas.untouched(area.code);
    };
    std::set<std::string> touched; // counties that change, and that ever gave or got land
    std::map<store::IndicatorNo, std::size_t> cells;
    for (auto const& change : changes) {
        if (!counts(change)) continue;
        touched.insert(area_of(change.area).code);
        ++cells[change.indicator];
    }
    std::set<std::string> wanted;  // counties of today that anything flows into
    std::set<std::string> sources; // and everything that flows into them
    if (!touched.empty())
        for (auto const& county : shop.areas.counties_on(day)) {
            if (atlas.untouched(county)) continue;
            auto const& relatives = atlas.relatives(county, day);
            if (std::none_of(relatives.begin(), relatives.end(),
                             [&touched](std::string const& key) { return touched.count(key) > 0; }))
                continue;
            wanted.insert(county);
            sources.insert(county);
            sources.insert(relatives.begin(), relatives.end());
        }
    if (wanted.empty()) return;
    ingest::FigureQuery query;
    query.dataset = request.dataset;
    query.area = *sources.begin();
    query.more_areas.assign(std::next(sources.begin()), sources.end());
    query.emptied = true;
    ingest::FigureSet const stored{shop.store, query};

    std::array const parts{changes.first(middle), changes.subspan(middle)};
    for (auto next = cells.begin(); next != cells.end();) {
        auto const first = next->first;
        std::set<IndicatorKey> indicators;
        std::size_t size = 0;
        for (; next != cells.end() && (indicators.empty() || size + next->second <= cells_at_once); ++next) {
            size += next->second;
            indicators.insert(indicator_of(next->first));
        }
        Overlay overlay;
        std::set<std::pair<IndicatorKey, TimePeriod>> secrets;
        for (auto const& part : parts) {
            auto at = std::lower_bound(
                part.begin(), part.end(), first,
                [](KeptChange const& change, store::IndicatorNo no) { return change.indicator < no; });
            for (; at != part.end() && (next == cells.end() || at->indicator < next->first); ++at) {
                if (!counts(*at)) continue;
                auto const& indicator = indicator_of(at->indicator);
                overlay[{area_of(at->area), indicator}].insert_or_assign(at->period, at->after);
                if (at->before.is(MissingReason::confidential) && at->after.is_number())
                    secrets.emplace(indicator, at->period);
            }
        }
        OfIndicators const some{stored, indicators};
        Overlaid const after_source{some, overlay};
        auto const before = figures_of(some, atlas, knowledge.measures(), day, wanted);
        auto const after = figures_of(after_source, atlas, knowledge.measures(), day, wanted);
        auto const tell = [&](Figures::key_type const& key, Side const& was, Side const& is) {
            if (was.text() == is.text()) return;
            auto const& [area, indicator, period] = key;
            each({area, indicator, period, was, is, secrets.count({indicator, period}) > 0, day});
        };
        for (auto const& [key, was] : before) {
            auto const found = after.find(key);
            tell(key, was, found == after.end() ? Side{} : found->second);
        }
        for (auto const& [key, is] : after)
            if (before.count(key) == 0) tell(key, Side{}, is);
    }
}

} // namespace gateway::intake
