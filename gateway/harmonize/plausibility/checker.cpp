#include "gateway/harmonize/plausibility/checker.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>

#include "gateway/harmonize/plausibility/findings.hpp"
#include "gateway/harmonize/plausibility/parts.hpp"
#include "gateway/harmonize/plausibility/relations.hpp"
#include "gateway/harmonize/plausibility/tolerance.hpp"
#include "gateway/harmonize/territory/number.hpp"
#include "gateway/io/aside.hpp"

namespace gateway::harmonize::plausibility {

struct Checker::State {
    State(RuleSet const& set, Surroundings given)
        : rules(set), around(std::move(given)), levels(rules, around, periods) {
        for (auto const& rule : rules.rules)
            if (rule.kind == Rule::Kind::parts) dimensions.emplace_back(rule, periods, slots, around.scratch);
    }

    void start(IndicatorKey const& key);
    void make_room();
    void finish_dimensions();
    void one(Rule const& rule, CheckedSeries const& series);
    void range(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void population(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void validity(Rule const& rule, CheckedSeries const& series);
    void disclosed(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void jumps(Rule const& rule, IndicatorKey const& indicator, Area const& area,
               std::span<CheckedCell const> cells);

    RuleSet const& rules;
    Surroundings around;
    Findings findings;
    PeriodNumbers periods;
    AreaSlots slots;
    std::deque<PartsOfDimension> dimensions;
    LevelsOfAreas levels;

    // Of the indicator at hand:
    std::optional<std::uint32_t> number;
    std::vector<Rule const*> speaking;
    std::string multiplier;
    bool has_parts = false;
    std::size_t spills = 0;

    std::vector<std::uint32_t> period_numbers;
    std::vector<std::vector<Existence>> existence; ///< by slot of the area and period
    std::vector<std::vector<bool>> is_known;       ///< whether it was asked
    // For callers without numbers:
    IndicatorKey last_indicator;
    std::uint32_t last_number = 0;
    std::map<Area, std::uint32_t> areas;
};

Checker::Checker(RuleSet const& rules, Surroundings surroundings)
    : state_(std::make_unique<State>(rules, std::move(surroundings))) {}
Checker::~Checker() = default;

/// What depends on the indicator alone.
void Checker::State::start(IndicatorKey const& key) {
    speaking.clear();
    for (auto const& rule : rules.rules) {
        switch (rule.kind) {
        case Rule::Kind::parts:
        case Rule::Kind::levels:
        case Rule::Kind::areas: continue;
        case Rule::Kind::population:
            if (!around.inhabitants) continue;
            break;
        case Rule::Kind::disclosed:
            if (!around.stored || (around.has_secrets && !around.has_secrets(key))) continue;
            break;
        case Rule::Kind::validity:
            if (around.areas == nullptr) continue;
            break;
        case Rule::Kind::range:
        case Rule::Kind::jump: break;
        }
        if (rule.speaks_of(key)) speaking.push_back(&rule);
    }
    multiplier = key.at("UNIT_MULT");
    has_parts = false;
    for (auto& dimension : dimensions) {
        dimension.start(key);
        has_parts = has_parts || dimension.is_wanted();
    }
    levels.start(key, findings);
}

/// Where sums take more than they may, those that are worth a run go to the disk.
void Checker::State::make_room() {
    constexpr std::size_t few = 16; // of so many that are spilled together
    auto const most = std::max<std::size_t>(1, around.memory / sizeof(PartsSum));
    std::size_t held = 0;
    for (auto const& dimension : dimensions) held += dimension.held();
    if (held <= most) return;
    for (auto& dimension : dimensions)
        if (dimension.held() > held / few) dimension.spill();
    ++spills;
}

/// Rules do not know of each other: those whose sums went to the disk are merged side by side.
void Checker::State::finish_dimensions() {
    std::vector<Findings> found(dimensions.size());
    std::atomic<std::size_t> next{0};
    auto const finish_some = [&] {
        for (std::size_t i = 0; (i = next++) < dimensions.size();) dimensions[i].finish(found[i]);
    };
    auto const large = std::count_if(dimensions.begin(), dimensions.end(),
                                     [](auto const& dimension) { return dimension.runs() > 0; });
    {
        std::vector<io::Aside<void>> beside;
        for (std::ptrdiff_t i = 1; i < std::min<std::ptrdiff_t>(large, around.threads); ++i)
            beside.push_back(io::aside(finish_some));
        finish_some();
        for (auto const& one : beside) one.get();
    }
    for (auto& one : found) findings.add_all(std::move(one));
}

void Checker::State::range(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number) return;
    bool const low = rule.minimum && is_more(*rule.minimum, *cell.number);
    bool const high = rule.maximum && is_more(*cell.number, *rule.maximum);
    if (!low && !high) return;
    findings.add(rule, Errc::out_of_range, std::string{spot.indicator.at("MEASURE")}, spot,
                 cell.number->to_string(),
                 low ? "at least " + rule.minimum->to_string() : "at most " + rule.maximum->to_string());
}

void Checker::State::population(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number) return;
    auto const people = around.inhabitants(spot.area, spot.period);
    if (!people) return;
    auto value = as_double(*cell.number);
    auto const& mult = multiplier;
    if (!mult.empty()) value *= territory::power_of_ten(static_cast<unsigned>(mult.front() - '0'));
    if (value <= as_double(*people) * rule.factor + half_width(rule, !mult.empty(), cell)) return;
    findings.add(rule, Errc::exceeds_population, std::string{spot.indicator.at("MEASURE")}, spot,
                 cell.number->to_string() + (mult.empty() ? "" : " times 10^" + mult),
                 "at most " + people->to_string() + ", the inhabitants of " + area_key(spot.area));
}

void Checker::State::validity(Rule const& rule, CheckedSeries const& series) {
    // Of the others nobody knows when they existed; a government region that was dissolved lives on as a region of
    // statistics, under its key.
    if (series.area.level != AreaLevel::county && series.area.level != AreaLevel::authority) return;
    auto const no = series.area_slot;
    if (existence.size() <= no) {
        existence.resize(no + 1);
        is_known.resize(no + 1);
    }
    for (std::size_t i = 0; i < series.cells.size(); ++i) {
        auto const& cell = series.cells[i];
        if (!cell.number || cell.number->is_zero()) continue;
        auto const period = series.periods[i];
        if (existence[no].size() <= period) {
            existence[no].resize(period + 1);
            is_known[no].resize(period + 1);
        }
        if (!is_known[no][period]) {
            is_known[no][period] = true;
            existence[no][period] = around.areas->existence(series.area, cell.period);
        }
        if (existence[no][period] != Existence::did_not_exist) continue;
        findings.add(rule, Errc::outside_validity, area_key(series.area),
                     {series.indicator, series.area, cell.period, cell.line}, cell.number->to_string(),
                     "no number: " + area_key(series.area) + " did not exist then");
    }
}

void Checker::State::disclosed(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number) return;
    auto const before = around.stored(spot.indicator, spot.area, spot.period);
    if (!before || before->value.reason() != MissingReason::confidential) return;
    // A zero in its place is the commonest way in which a secret is lost.
    bool const zero = cell.number->is_zero();
    findings.add(rule, Errc::sudden_change,
                 std::string{spot.indicator.at("MEASURE")} + (zero ? " zero" : " number"), spot,
                 zero ? "0" : "a number", "confidential, as in vintage " + std::to_string(before->vintage));
}

void Checker::State::jumps(Rule const& rule, IndicatorKey const& indicator, Area const& area,
                           std::span<CheckedCell const> cells) {
    auto const least = rule.minimum ? as_double(*rule.minimum) : 0;
    CheckedCell const* last = nullptr;
    for (auto const& cell : cells) {
        if (!cell.number) continue;
        if (last != nullptr && last->period.kind() == cell.period.kind()) {
            auto const a = as_double(*last->number);
            auto const b = as_double(*cell.number);
            bool const large = std::min(a, b) >= 0 && std::max(a, b) >= least;
            if (large && std::max(a, b) > rule.factor * std::max(std::min(a, b), least / rule.factor))
                findings.add(rule, Errc::sudden_change, std::string{indicator.at("MEASURE")},
                             {indicator, area, cell.period, cell.line}, cell.number->to_string(),
                             "something near " + last->number->to_string() + ", the value of " +
                                 last->period.to_sdmx());
        }
        last = &cell;
    }
}

void Checker::State::one(Rule const& rule, CheckedSeries const& series) {
    if (rule.kind == Rule::Kind::jump) return jumps(rule, series.indicator, series.area, series.cells);
    if (rule.kind == Rule::Kind::validity) return validity(rule, series);
    for (auto const& cell : series.cells) {
        Spot const spot{series.indicator, series.area, cell.period, cell.line};
        if (rule.kind == Rule::Kind::range) range(rule, spot, cell);
        if (rule.kind == Rule::Kind::population) population(rule, spot, cell);
        if (rule.kind == Rule::Kind::disclosed) disclosed(rule, spot, cell);
    }
}

void Checker::series(SeriesNumbers numbers, IndicatorKey const& indicator, Area const& area,
                     std::span<CheckedCell const> cells) {
    auto& state = *state_;
    if (state.number != numbers.indicator) {
        state.number = numbers.indicator;
        state.start(indicator);
    }
    state.period_numbers.clear();
    state.periods.start_series();
    for (auto const& cell : cells) state.period_numbers.push_back(state.periods.of(cell.period));
    CheckedSeries const series{
        indicator, area, numbers.area, state.slots.of(numbers.area, area), cells, state.period_numbers};
    for (auto const* const rule : state.speaking) state.one(*rule, series);
    if (state.has_parts) {
        for (auto& dimension : state.dimensions)
            if (dimension.is_wanted()) dimension.add(series);
        state.make_room();
    }
    if (state.levels.is_wanted(area)) state.levels.add(series);
}

void Checker::series(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells) {
    auto& state = *state_;
    if (!state.number || indicator != state.last_indicator) {
        state.last_indicator = indicator;
        ++state.last_number;
    }
    auto const at = state.areas.try_emplace(area, static_cast<std::uint32_t>(state.areas.size())).first;
    series({state.last_number, at->second}, indicator, area, cells);
}

std::size_t Checker::spills() const noexcept {
    return state_->spills;
}

std::vector<Finding> Checker::finish() {
    auto& state = *state_;
    state.levels.finish(state.findings);
    state.finish_dimensions();
    auto all = state.findings.take();
    for (auto const& rule : state.rules.expired) {
        Finding expired;
        expired.code = Errc::invalid_argument;
        expired.severity = Severity::info;
        expired.rule = rule.id;
        expired.place = rule.place;
        expired.found = "a rule that expired on " + date_text(rule.expires) + " and is not applied";
        expired.expected = "its owner (" + rule.owner + ") to renew or to delete it";
        expired.next_step = "set a new expiry in " + rule.place;
        all.push_back(std::move(expired));
    }
    return all;
}

} // namespace gateway::harmonize::plausibility
