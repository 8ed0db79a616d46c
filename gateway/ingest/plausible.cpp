#include "gateway/ingest/plausible.hpp"

#include <algorithm>
#include <cstdlib>

#include "gateway/harmonize/territory/register.hpp"

namespace gateway::ingest {
namespace {

using harmonize::plausibility::CheckedCell;

constexpr UnixTime day_seconds = 86400;

/// True where every dimension but measure and unit is a total.
bool is_everybody(IndicatorKey const& key) {
    if (key.at("MEASURE") != "BEVSTD" || key.at("UNIT") != "PS" || !key.at("UNIT_MULT").empty()) return false;
    return std::all_of(key.codes().begin(), key.codes().end(), [](auto const& entry) {
        return entry.first == "MEASURE" || entry.first == "UNIT" || entry.second == "_T";
    });
}

} // namespace

Inhabitants::Inhabitants(store::Store const& store) : store_(store) {
    for (auto const& dataset : store.datasets())
        for (auto const no : store.indicators(dataset.id))
            if (is_everybody(store.indicator(no))) indicators_.emplace_back(dataset.id, no);
}

std::optional<Decimal> Inhabitants::of(Area const& area, TimePeriod const& period) {
    auto const [at, is_new] = known_.try_emplace(area);
    auto& counted = at->second;
    auto const no = is_new && !indicators_.empty() ? store_.find_area(area) : std::nullopt;
    if (no)
        for (auto const& [dataset, indicator] : indicators_) {
            store::Query query;
            query.dataset = dataset;
            query.indicator = indicator;
            query.area = *no;
            store_.read(query, [&](store::SeriesRef, std::span<store::PackedObservation const> packed) {
                for (auto const& one : packed)
                    if (!store_.state(one.state).reason)
                        counted.push_back({one.period.end_day() - 1, one.number});
            });
        }
    std::optional<Decimal> best;
    auto const end = period.end_day() - 1;
    auto const year = date_text(end).substr(0, 4);
    std::int32_t distance = 0;
    for (auto const& one : counted) {
        if (date_text(one.day).substr(0, 4) != year) continue;
        auto const apart = std::abs(one.day - end);
        if (best && apart > distance) continue;
        // Two official numbers for one day: the larger one is the limit.
        if (best && apart == distance && one.people <= *best) continue;
        best = one.people;
        distance = apart;
    }
    return best;
}

PlausibilityCheck::PlausibilityCheck(store::Store const& store, harmonize::MappingFiles const& mappings,
                                     harmonize::AreaRegister const& areas, DatasetInfo const& dataset,
                                     std::int32_t day, bool against_stored)
    : store_(store), dataset_(dataset.id),
      rules_(harmonize::plausibility::load_rules(mappings, dataset.source, dataset.table, day)),
      inhabitants_(store) {
    auto const lives = harmonize::territory::Register::load(
        [&mappings](std::string const& name) { return mappings.text("territory/" + name).value_or(""); });
    for (auto const& life : lives.all())
        if (life.level == AreaLevel::county)
            counties_.push_back({std::string{life.key}, {life.first, life.last}});
    harmonize::plausibility::Surroundings around;
    around.dataset = dataset.id;
    around.areas = &areas;
    around.counties_on = [this](std::int32_t on) {
        std::vector<std::string> keys;
        for (auto const& [key, life] : counties_)
            if (life.first <= on && on <= life.second) keys.push_back(key);
        return keys;
    };
    around.inhabitants = [this](Area const& area, TimePeriod const& period) {
        return inhabitants_.of(area, period);
    };
    if (against_stored)
        around.stored = [this](IndicatorKey const& indicator, Area const& area, TimePeriod const& period) {
            return stored(indicator, area, period);
        };
    checker_ = std::make_unique<harmonize::plausibility::Checker>(rules_, std::move(around));
}

std::optional<Observation> PlausibilityCheck::stored(IndicatorKey const& indicator, Area const& area,
                                                     TimePeriod const& period) {
    if (!last_known_ || indicator != last_indicator_ || area != last_area_) {
        last_indicator_ = indicator;
        last_area_ = area;
        last_known_ = true;
        last_series_.clear();
        auto const indicator_no = store_.find_indicator(dataset_, indicator);
        auto const area_no = store_.find_area(area);
        if (indicator_no && area_no) {
            store::Query query;
            query.dataset = dataset_;
            query.indicator = *indicator_no;
            query.area = *area_no;
            store_.read(query, [this](store::SeriesRef, std::span<store::PackedObservation const> packed) {
                for (auto const& one : packed) last_series_.push_back(store::unpacked(store_, one));
            });
        }
    }
    auto const found = std::lower_bound(
        last_series_.begin(), last_series_.end(), period,
        [](Observation const& one, TimePeriod const& wanted) { return one.period < wanted; });
    if (found == last_series_.end() || found->period != period) return std::nullopt;
    return *found;
}

void PlausibilityCheck::series(IndicatorKey const& indicator, Area const& area,
                               std::span<CheckedCell const> cells) {
    checker_->series(indicator, area, cells);
}

std::vector<harmonize::plausibility::Finding> PlausibilityCheck::finish() {
    return checker_->finish();
}

std::vector<harmonize::plausibility::Finding> check_stored(Workshop& shop, DatasetInfo const& dataset) {
    PlausibilityCheck check{shop.store,
                            shop.mappings,
                            shop.areas,
                            dataset,
                            static_cast<std::int32_t>(shop.clock.now() / day_seconds),
                            false};
    if (!check.needed()) return {};
    store::Query query;
    query.dataset = dataset.id;
    std::vector<CheckedCell> cells;
    IndicatorKey indicator;
    std::optional<store::IndicatorNo> last;
    shop.store.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
        if (last != ref.indicator) {
            indicator = shop.store.indicator(ref.indicator);
            last = ref.indicator;
        }
        cells.clear();
        for (auto const& one : packed) {
            auto const& state = shop.store.state(one.state);
            CheckedCell cell;
            cell.period = one.period;
            if (state.reason)
                cell.reason = state.reason;
            else
                cell.number = one.number;
            cell.quality = &state.quality;
            cells.push_back(cell);
        }
        check.series(indicator, shop.store.area(ref.area), cells);
    });
    return check.finish();
}

} // namespace gateway::ingest
