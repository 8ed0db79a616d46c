#include "gateway/harmonize/plausibility/checker.hpp"

#include <algorithm>
#include <deque>

#include "gateway/harmonize/plausibility/findings.hpp"
#include "gateway/harmonize/plausibility/relations.hpp"
#include "gateway/harmonize/plausibility/tolerance.hpp"
#include "gateway/harmonize/territory/number.hpp"

namespace gateway::harmonize::plausibility {

struct Checker::State {
    State(RuleSet const& set, Surroundings given)
        : rules(set), around(std::move(given)), levels(rules, around) {
        for (auto const& rule : rules.rules)
            if (rule.kind == Rule::Kind::parts) dimensions.emplace_back(rule);
    }

    void one(Rule const& rule, IndicatorKey const& indicator, Area const& area,
             std::span<CheckedCell const> cells);
    void range(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void population(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void validity(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void disclosed(Rule const& rule, Spot const& spot, CheckedCell const& cell);
    void jumps(Rule const& rule, IndicatorKey const& indicator, Area const& area,
               std::span<CheckedCell const> cells);

    RuleSet const& rules;
    Surroundings around;
    Findings findings;
    std::deque<PartsOfDimension> dimensions;
    LevelsOfAreas levels;
};

Checker::Checker(RuleSet const& rules, Surroundings surroundings)
    : state_(std::make_unique<State>(rules, std::move(surroundings))) {}
Checker::~Checker() = default;

void Checker::State::range(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number) return;
    bool const low = rule.minimum && *cell.number < *rule.minimum;
    bool const high = rule.maximum && *cell.number > *rule.maximum;
    if (!low && !high) return;
    findings.add(rule, Errc::out_of_range, std::string{spot.indicator.at("MEASURE")}, spot,
                 cell.number->to_string(),
                 low ? "at least " + rule.minimum->to_string() : "at most " + rule.maximum->to_string());
}

void Checker::State::population(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number || !around.inhabitants) return;
    auto const people = around.inhabitants(spot.area, spot.period);
    if (!people) return;
    auto value = as_double(*cell.number);
    auto const mult = spot.indicator.at("UNIT_MULT");
    if (!mult.empty()) value *= territory::power_of_ten(static_cast<unsigned>(mult.front() - '0'));
    if (value <= as_double(*people) * rule.factor + half_width(rule, spot.indicator, cell)) return;
    findings.add(rule, Errc::exceeds_population, std::string{spot.indicator.at("MEASURE")}, spot,
                 cell.number->to_string() + (mult.empty() ? "" : " times 10^" + std::string{mult}),
                 "at most " + people->to_string() + ", the inhabitants of " + area_key(spot.area));
}

void Checker::State::validity(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number || cell.number->is_zero() || around.areas == nullptr) return;
    if (around.areas->existence(spot.area, spot.period) != Existence::did_not_exist) return;
    findings.add(rule, Errc::outside_validity, area_key(spot.area), spot, cell.number->to_string(),
                 "no number: " + area_key(spot.area) + " did not exist then");
}

void Checker::State::disclosed(Rule const& rule, Spot const& spot, CheckedCell const& cell) {
    if (!cell.number || !around.stored) return;
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

void Checker::State::one(Rule const& rule, IndicatorKey const& indicator, Area const& area,
                         std::span<CheckedCell const> cells) {
    if (rule.kind == Rule::Kind::jump) {
        jumps(rule, indicator, area, cells);
        return;
    }
    for (auto const& cell : cells) {
        Spot const spot{indicator, area, cell.period, cell.line};
        switch (rule.kind) {
        case Rule::Kind::range: range(rule, spot, cell); break;
        case Rule::Kind::population: population(rule, spot, cell); break;
        case Rule::Kind::validity: validity(rule, spot, cell); break;
        case Rule::Kind::disclosed: disclosed(rule, spot, cell); break;
        case Rule::Kind::parts:
        case Rule::Kind::levels:
        case Rule::Kind::jump:
        case Rule::Kind::areas: break;
        }
    }
}

void Checker::series(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells) {
    auto& state = *state_;
    for (auto const& rule : state.rules.rules)
        if (rule.speaks_of(indicator)) state.one(rule, indicator, area, cells);
    for (auto& dimension : state.dimensions) dimension.add(indicator, area, cells);
    state.levels.add(indicator, area, cells, state.findings);
}

std::vector<Finding> Checker::finish() {
    auto& state = *state_;
    state.levels.finish(state.findings);
    for (auto& dimension : state.dimensions) dimension.finish(state.findings);
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
