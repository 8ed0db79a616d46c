#include "gateway/ingest/plausible.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace gateway::ingest {
namespace {

using harmonize::plausibility::CheckedCell;
using harmonize::plausibility::Rule;

constexpr UnixTime day_seconds = 86400;
/// Enough work for a hand-over, and little enough to stay in the second-level cache. The first ones are smaller: of a
/// small table, little is left to be waited for when its last cell has come.
constexpr std::size_t least_in_batch = 256;
constexpr std::size_t most_in_batch = 4096;

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

CheckedCell checked_cell(harmonize::ResolvedCell const& cell, harmonize::CellState const& state) {
    CheckedCell checked;
    checked.period = cell.period;
    if (state.reason)
        checked.reason = state.reason;
    else
        checked.number = cell.number;
    checked.quality = &state.quality;
    checked.line = cell.line;
    return checked;
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

std::vector<Inhabitants::Counted> const* Inhabitants::of(Area const& area) {
    if (indicators_.empty()) return nullptr;
    auto known = known_.find(area);
    if (known == known_.end() && !is_whole_) {
        // A few areas are read one by one; whoever asks for many is given all.
        constexpr std::size_t few = 64;
        is_whole_ = ++asked_ > few;
        auto const no = store_.find_area(area);
        if (is_whole_) first_few_ = std::exchange(known_, {});
        if (is_whole_ || no) read(is_whole_ ? std::nullopt : no);
        if (is_whole_ && known_.empty()) {
            indicators_.clear(); // a first load of the population itself
            return nullptr;
        }
        known = known_.try_emplace(area).first;
    }
    return known == known_.end() || known->second.empty() ? nullptr : &known->second;
}

std::optional<Decimal> Inhabitants::in(std::vector<Counted> const& counted, TimePeriod const& period) {
    std::optional<Decimal> best;
    auto const end = period.end_day() - 1;
    auto const year = year_of(end);
    std::int32_t distance = 0;
    for (auto const& one : counted) {
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

PlausibilityCheck::PlausibilityCheck(store::Store const& store, std::vector<Rule> rules,
                                     harmonize::AreaRegister const& areas, DatasetInfo const& dataset,
                                     std::int32_t day, bool against_stored, std::string scratch,
                                     unsigned threads)
    : store_(store), dataset_(dataset.id),
      rules_(harmonize::plausibility::select_rules(std::move(rules), dataset.source, dataset.table, day)),
      against_stored_(against_stored), pipe_([this](Batch& batch) { apply(batch); }, threads > 1) {
    harmonize::plausibility::Surroundings around;
    around.dataset = dataset.id;
    around.areas = &areas;
    around.scratch = std::move(scratch);
    around.threads = threads;
    around.counties_on = [&areas](std::int32_t on) { return areas.counties_on(on); };
    around.inhabitants = [this](Area const&, TimePeriod const& period) {
        return at_hand_->people == nullptr ? std::nullopt : Inhabitants::in(*at_hand_->people, period);
    };
    if (against_stored) {
        around.has_secrets = [this](IndicatorKey const&) { return !secrets_.empty(); };
        around.stored = [this](IndicatorKey const&, Area const&, TimePeriod const& period) {
            return secret(period);
        };
    }
    checker_ = std::make_unique<harmonize::plausibility::Checker>(rules_, std::move(around));
}

bool PlausibilityCheck::speaks_of(Rule::Kind kind, IndicatorKey const& indicator) const {
    return std::any_of(rules_.rules.begin(), rules_.rules.end(), [kind, &indicator](Rule const& rule) {
        return rule.kind == kind && rule.speaks_of(indicator);
    });
}

/// What the store knows of an indicator beside the document.
void PlausibilityCheck::start(Batch& batch, IndicatorKey const& indicator) {
    needs_people_ = speaks_of(Rule::Kind::population, indicator);
    if (!against_stored_ || !speaks_of(Rule::Kind::disclosed, indicator)) return;
    if (auto secrets = find_secrets(indicator); !secrets.empty())
        batch.secrets.emplace_back(batch.series.size(), std::move(secrets));
}

/// Reads an indicator once and keeps what was confidential: mostly nothing.
std::vector<PlausibilityCheck::Secret> PlausibilityCheck::find_secrets(IndicatorKey const& indicator) const {
    std::vector<Secret> secrets;
    auto const no = store_.find_indicator(dataset_, indicator);
    if (!no) return secrets;
    store::Query query;
    query.dataset = dataset_;
    query.indicator = *no;
    store_.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> packed) {
        for (auto const& one : packed)
            if (store_.state(one.state).reason == MissingReason::confidential)
                secrets.push_back({ref.area, one.period, one.vintage});
    });
    std::sort(secrets.begin(), secrets.end(), [](Secret const& a, Secret const& b) {
        return a.area != b.area ? a.area < b.area : a.period < b.period;
    });
    return secrets;
}

std::optional<Observation> PlausibilityCheck::secret(TimePeriod const& period) const {
    auto const wanted = at_hand_->stored_area;
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

PlausibilityCheck::People const* PlausibilityCheck::people_of(std::uint32_t number, Area const& area) {
    if (people_.size() <= number) people_.resize(number + std::size_t{1});
    auto& people = people_[number];
    if (!people) {
        if (!inhabitants_) inhabitants_.emplace(store_);
        people = inhabitants_->of(area);
    }
    return *people;
}

void PlausibilityCheck::add(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator,
                            Area const& area, store::AreaNo stored_area,
                            std::span<harmonize::ResolvedCell const> cells,
                            std::vector<harmonize::CellState> const& states) {
    auto& batch = pipe_.at_hand();
    if (indicator_ != numbers.indicator) {
        indicator_ = numbers.indicator;
        start(batch, indicator);
    }
    if (batch.cells.capacity() == 0) {
        batch.cells.reserve(least_in_batch);
        batch.series.reserve(least_in_batch);
    }
    batch.states.insert(batch.states.end(), states.begin() + static_cast<std::ptrdiff_t>(announced_),
                        states.end());
    announced_ = states.size();
    batch.series.push_back({numbers, &indicator, &area, stored_area, static_cast<std::uint32_t>(cells.size()),
                            needs_people_ ? people_of(numbers.area, area) : nullptr});
    batch.cells.insert(batch.cells.end(), cells.begin(), cells.end());
    if (batch.cells.size() < batch_limit_) return;
    shipped_ += batch.cells.size();
    batch_limit_ = std::clamp(shipped_ / 16, least_in_batch, most_in_batch);
    pipe_.ship();
}

void PlausibilityCheck::apply(Batch& batch) {
    states_.insert(states_.end(), batch.states.begin(), batch.states.end());
    auto const* cell = batch.cells.data();
    auto secrets = batch.secrets.begin();
    for (auto const& series : batch.series) {
        bool const is_first = indicator_applied_ != series.numbers.indicator;
        if (is_first) {
            indicator_applied_ = series.numbers.indicator;
            secrets_.clear();
        }
        if (secrets != batch.secrets.end() && &series == &batch.series[secrets->first])
            secrets_ = std::move((secrets++)->second);
        at_hand_ = &series;
        checked_.clear();
        for (auto const* const end = cell + series.cells; cell != end; ++cell)
            checked_.push_back(checked_cell(*cell, states_[cell->state]));
        checker_->series(series.numbers, *series.indicator, *series.area, checked_);
    }
    batch.states.clear();
    batch.cells.clear();
    batch.series.clear();
    batch.secrets.clear();
    if (std::exchange(batch.is_last, false)) findings_ = checker_->finish();
}

void PlausibilityCheck::close() {
    if (std::exchange(is_closed_, true)) return;
    pipe_.at_hand().is_last = true;
    pipe_.close();
}

std::vector<harmonize::plausibility::Finding> PlausibilityCheck::finish() {
    close();
    pipe_.finish();
    return std::move(findings_);
}

void PlausibilityCheck::series(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator,
                               Area const& area, std::span<CheckedCell const> cells) {
    if (indicator_ != numbers.indicator) {
        indicator_ = numbers.indicator;
        needs_people_ = speaks_of(Rule::Kind::population, indicator);
        secrets_.clear();
        if (against_stored_ && speaks_of(Rule::Kind::disclosed, indicator))
            secrets_ = find_secrets(indicator);
    }
    auto const stored = secrets_.empty() ? store::AreaNo{} : store_.find_area(area).value_or(store::AreaNo{});
    Series const series{numbers,
                        &indicator,
                        &area,
                        stored,
                        static_cast<std::uint32_t>(cells.size()),
                        needs_people_ ? people_of(numbers.area, area) : nullptr};
    at_hand_ = &series;
    checker_->series(numbers, indicator, area, cells);
    at_hand_ = nullptr;
}

std::vector<harmonize::plausibility::Finding> check_stored(Workshop& shop, DatasetInfo const& dataset) {
    PlausibilityCheck check{
        shop.store,  harmonize::plausibility::read_rules(shop.mappings),        shop.areas,
        dataset,     static_cast<std::int32_t>(shop.clock.now() / day_seconds), false,
        shop.scratch};
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
