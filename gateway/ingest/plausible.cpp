#include "gateway/ingest/plausible.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace gateway::ingest {
namespace {

using harmonize::plausibility::CheckedCell;

constexpr UnixTime day_seconds = 86400;

int year_of(std::int32_t day) {
    return static_cast<int>(
        std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{day}}}.year());
}

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

void Inhabitants::read(std::optional<store::AreaNo> area) {
    for (auto const& [dataset, indicator] : indicators_) {
        store::Query query;
        query.dataset = dataset;
        query.indicator = indicator;
        query.area = area;
        store_.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
            auto& counted = known_[store_.area(ref.area)];
            for (auto const& one : packed) {
                auto const day = one.period.end_day() - 1;
                if (!store_.state(one.state).reason) counted.push_back({day, year_of(day), one.number});
            }
        });
    }
}

std::optional<Decimal> Inhabitants::of(Area const& area, TimePeriod const& period) {
    if (indicators_.empty()) return std::nullopt;
    if (last_ == known_.end() || last_->first != area) {
        last_ = known_.find(area);
        if (last_ == known_.end() && !is_whole_) {
            // A few areas are read one by one; whoever asks for many is given all.
            constexpr std::size_t few = 64;
            is_whole_ = ++asked_ > few;
            auto const no = store_.find_area(area);
            if (is_whole_) known_.clear();
            if (is_whole_ || no) read(is_whole_ ? std::nullopt : no);
            if (is_whole_ && known_.empty()) {
                indicators_.clear(); // a first load of the population itself
                return std::nullopt;
            }
        }
        last_ = known_.try_emplace(area).first;
    }
    std::optional<Decimal> best;
    auto const end = period.end_day() - 1;
    auto const year = year_of(end);
    std::int32_t distance = 0;
    for (auto const& one : last_->second) {
        if (one.year != year) continue;
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
      rules_(harmonize::plausibility::load_rules(mappings, dataset.source, dataset.table, day)) {
    harmonize::plausibility::Surroundings around;
    around.dataset = dataset.id;
    around.areas = &areas;
    around.counties_on = [&areas](std::int32_t on) { return areas.counties_on(on); };
    around.inhabitants = [this](Area const& area, TimePeriod const& period) {
        if (!inhabitants_) inhabitants_.emplace(store_);
        return inhabitants_->of(area, period);
    };
    if (against_stored) {
        around.has_secrets = [this](IndicatorKey const& indicator) { return find_secrets(indicator); };
        around.stored = [this](IndicatorKey const&, Area const& area, TimePeriod const& period) {
            return secret(area, period);
        };
    }
    checker_ = std::make_unique<harmonize::plausibility::Checker>(rules_, std::move(around));
}

/// Reads an indicator once and keeps what was confidential: mostly nothing.
bool PlausibilityCheck::find_secrets(IndicatorKey const& indicator) {
    secrets_.clear();
    auto const no = store_.find_indicator(dataset_, indicator);
    if (!no) return false;
    store::Query query;
    query.dataset = dataset_;
    query.indicator = *no;
    store_.read(query, [this](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
        for (auto const& one : packed)
            if (store_.state(one.state).reason == MissingReason::confidential)
                secrets_.push_back({ref.area, one.period, one.vintage});
    });
    std::sort(secrets_.begin(), secrets_.end(), [](Secret const& a, Secret const& b) {
        return a.area != b.area ? a.area < b.area : a.period < b.period;
    });
    return !secrets_.empty();
}

std::optional<Observation> PlausibilityCheck::secret(Area const& area, TimePeriod const& period) {
    if (last_area_ != area) {
        last_area_ = area;
        last_area_no_ = store_.find_area(area);
    }
    if (!last_area_no_) return std::nullopt;
    auto const wanted = *last_area_no_;
    auto const found = std::lower_bound(secrets_.begin(), secrets_.end(), period,
                                        [wanted](Secret const& one, TimePeriod const& day) {
                                            return one.area != wanted ? one.area < wanted : one.period < day;
                                        });
    if (found == secrets_.end() || found->area != wanted || found->period != period) return std::nullopt;
    Observation before;
    before.period = period;
    before.value = Value::missing(MissingReason::confidential);
    before.vintage = found->vintage;
    return before;
}

void PlausibilityCheck::series(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator,
                               Area const& area, std::span<CheckedCell const> cells) {
    checker_->series(numbers, indicator, area, cells);
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
        check.series({ref.indicator, ref.area}, indicator, shop.store.area(ref.area), cells);
    });
    return check.finish();
}

} // namespace gateway::ingest
