#include "gateway/derive/periods.hpp"

#include <algorithm>
#include <cmath>

#include "gateway/core/time_period.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/harmonize/territory/number.hpp"

namespace gateway::derive {
namespace {

using feed::Derived;
using feed::multiplier_of;
using harmonize::territory::Weight;

Observation const* at(SeriesByArea const& series, std::string_view key, TimePeriod const& period) {
    auto const found = series.find(key);
    if (found == series.end()) return nullptr;
    auto const& figures = found->second;
    auto const figure = std::lower_bound(
        figures.begin(), figures.end(), period,
        [](Observation const& one, TimePeriod const& wanted) { return one.period < wanted; });
    return figure == figures.end() || figure->period != period ? nullptr : &*figure;
}

bool counts_as_there(Observation const* figure) {
    return figure != nullptr && figure->value.reason() != MissingReason::no_territory;
}

/// |a - b| within the widths of both.
bool agree(Observation const& a, Observation const& b) {
    auto const x = a.value.number();
    auto const y = b.value.number();
    if (!x || !y) return false;
    auto const lower = width_of(a);
    auto const upper = width_of(b);
    if (lower.open || upper.open) return false;
    auto const difference = checked_subtract(*x, *y);
    auto const below = checked_add(lower.below, upper.above);
    auto const above = checked_add(lower.above, upper.below);
    if (!difference || !below || !above) return false;
    return *difference <= *below &&
           Decimal::from_scaled(-difference->mantissa(), difference->scale()) <= *above;
}

Combined none(PeriodRequest const& request, TimePeriod const& period, MissingReason reason,
              std::string note) {
    Combined result;
    result.figure.period = period;
    result.figure.value = Value::missing(reason);
    result.figure.quality.status = ObsStatus::missing;
    result.derived.origin = Derived::Origin::none;
    result.derived.territory = request.territory;
    result.derived.sources = 0;
    result.derived.coverage = Decimal::from_integer(0);
    result.derived.note = std::move(note);
    return result;
}

void add_flag(Combined& result, std::string_view word) {
    auto& flags = result.derived.flags;
    flags += (flags.empty() ? "" : " ") + std::string{word};
}

double plain(Decimal value) {
    return static_cast<double>(value.mantissa()) / harmonize::territory::power_of_ten(value.scale());
}

std::optional<Decimal> rounded(double value, unsigned scale) {
    auto const scaled = value * harmonize::territory::power_of_ten(scale);
    if (!std::isfinite(scaled) || std::abs(scaled) > 9e15) return std::nullopt;
    return Decimal::from_scaled(std::llround(scaled), scale);
}

} // namespace

/// What a day's areas have to say.
struct Periods::Reading {
    Flows const* flows = nullptr;
    std::vector<Part> parts;
    std::size_t there = 0;
};

Flows const* Periods::flows(PeriodRequest const& request, std::int32_t day, Weight weight) {
    if (day < atlas_.first_day()) return nullptr;
    return request.municipal ? atlas_.municipalities(day, request.territory, weight)
                             : &atlas_.counties(day, request.territory, weight);
}

std::optional<Combined> Periods::combined(PeriodRequest const& request, std::string_view target,
                                          SeriesByArea const& series, IndicatorKey const& indicator,
                                          MeasureUse const& use, TimePeriod const& period) {
    auto const* const own = at(series, target, period);
    auto const last_day = period.end_day() - 1;
    auto const read = [&](std::int32_t day) {
        Reading reading;
        reading.flows = flows(request, day, use.weight);
        if (reading.flows == nullptr) return reading;
        for (auto const& inflow : reading.flows->of(target)) {
            Part part;
            part.inflow = &inflow;
            part.off_day = day != last_day;
            auto const* const figure = at(series, inflow.key, period);
            if (counts_as_there(figure)) part.figure = figure;
            if (part.figure == nullptr && own != nullptr && inflow.key != target)
                if (auto const* rule = measures_.reused(request.dataset->table, target, last_day);
                    rule != nullptr && rule->means == inflow.key && counts_as_there(own)) {
                    part.figure = own;
                    part.key_read = target;
                }
            if (part.figure != nullptr && inflow.split && request.split != nullptr)
                if (auto const told = (*request.split)(indicator, period, inflow.key, target, *part.figure)) {
                    part.municipal = told->amount;
                    part.municipal_exact = told->exact;
                }
            reading.there += part.figure != nullptr ? 1U : 0U;
            reading.parts.push_back(part);
        }
        return reading;
    };
    auto reading = read(last_day);
    if (reading.there == 0 && period.start_day() != last_day && period.start_day() >= atlas_.first_day()) {
        auto early = read(period.start_day());
        if (early.there > 0) reading = std::move(early);
    }
    auto const is_part = [&](std::string_view key) {
        return std::any_of(reading.parts.begin(), reading.parts.end(), [key](Part const& part) {
            return part.inflow->key == key || part.key_read == key;
        });
    };
    auto const strangers_of = [&] {
        std::string keys;
        if (request.municipal) return keys;
        for (auto const& entry : series) {
            if (entry.first == target || is_part(entry.first)) continue;
            auto const* const figure = at(series, entry.first, period);
            if (figure != nullptr && !figure->value.is_missing() && !figure->value.number()->is_zero() &&
                atlas_.areas().life_on(entry.first, last_day) == nullptr)
                keys += (keys.empty() ? "" : ", ") + entry.first;
        }
        return keys;
    };
    auto strangers = strangers_of();
    if (!strangers.empty() && period.start_day() != last_day && period.start_day() >= atlas_.first_day()) {
        // A year in which areas were merged may still be counted on those of its first day.
        auto late = std::move(reading);
        reading = read(period.start_day());
        auto const rest = strangers_of();
        if (rest.empty() && reading.there == reading.parts.size() && reading.there > 0)
            strangers.clear();
        else
            reading = std::move(late);
    }
    if (reading.flows == nullptr) {
        if (own == nullptr) return std::nullopt;
        auto result = none(request, period, MissingReason::unknown,
                           last_day < atlas_.first_day()
                               ? "the register begins on " + date_text(atlas_.first_day())
                               : std::string{"no register or table of municipalities leads there: kreislauf "
                                             "territory import FILE"});
        result.figure.vintage = own->vintage;
        return result;
    }
    bool const outside = counts_as_there(own) && !is_part(target);
    if (reading.there == 0) {
        if (own == nullptr) return std::nullopt;
        Combined result;
        result.figure = *own;
        if (request.details)
            result.contributions.push_back({std::string{target},
                                            {},
                                            indicator,
                                            *own,
                                            1,
                                            false,
                                            own->value.number(),
                                            "whole",
                                            "same",
                                            {}});
        result.derived.territory = request.territory;
        result.derived.origin = own->value.is_missing() ? Derived::Origin::none : Derived::Origin::observed;
        if (outside) {
            add_flag(result, "outside_validity");
            result.derived.note =
                "the source has this figure under a key that did not exist yet: recalculated "
                "by the source, or the figure of a part";
        }
        return result;
    }
    CombineRequest combine_request;
    combine_request.measure = use;
    combine_request.partial = request.partial;
    combine_request.details = request.details;
    combine_request.territory = request.territory;
    auto result = combine(reading.parts, combine_request, atlas_, *reading.flows);
    result.figure.period = period;
    for (auto& contribution : result.contributions) contribution.indicator = indicator;
    if (!strangers.empty()) {
        // A dissolved area that still has figures: nobody can tell whether the area wanted has them, too.
        auto failed = none(request, period, MissingReason::unknown,
                           strangers + " has a figure although it did not exist then; whether " +
                               std::string{target} + " contains it is not known");
        failed.derived.flags = result.derived.flags;
        failed.figure.vintage = result.figure.vintage;
        add_flag(failed, "outside_validity");
        return failed;
    }
    if (!outside || own->value.is_missing()) return result;
    // The area wanted stands beside its parts. Where both say the same the office's own figure is the better one.
    bool const exact = result.derived.origin == Derived::Origin::summed ||
                       result.derived.origin == Derived::Origin::observed;
    if (exact && agree(*own, result.figure)) {
        result.figure = *own;
        result.derived.origin = Derived::Origin::observed;
        add_flag(result, "double_vintage");
        return result;
    }
    auto const sum = result.figure.value.number();
    auto failed =
        none(request, period, MissingReason::unknown,
             std::string{target} + " stands beside its parts: it has " + own->value.number()->to_string() +
                 ", they " + (sum ? "make " + sum->to_string() : std::string{"are not complete"}) +
                 "; say in mappings/measures.toml, reused_key, what the key means");
    failed.derived.flags = result.derived.flags;
    failed.derived.basis = result.derived.basis;
    failed.contributions = std::move(result.contributions);
    failed.figure.vintage = std::max(result.figure.vintage, own->vintage);
    add_flag(failed, "double_vintage");
    return failed;
}

std::optional<Combined> Periods::figure(PeriodRequest const& request, std::string_view target,
                                        Pool const& pool, IndicatorKey const& indicator,
                                        std::string_view label, TimePeriod const& period) {
    auto const found = pool.find(indicator);
    if (found == pool.end()) return std::nullopt;
    auto const use = measures_.use(*request.dataset, indicator, label);
    auto result = combined(request, target, found->second, indicator, use, period);
    if (!result || result->derived.origin != Derived::Origin::none || !use.components ||
        use.kind == MeasureKind::count)
        return result;
    int power = -multiplier_of(indicator);
    auto const component = [&](Component const& of, int sign) {
        auto const series = std::find_if(pool.begin(), pool.end(), [&](auto const& entry) {
            return is_component(entry.first, of, indicator);
        });
        if (series == pool.end()) return std::optional<Combined>{};
        power += sign * multiplier_of(series->first);
        MeasureUse count = use;
        count.kind = MeasureKind::count;
        return combined(request, target, series->second, series->first, count, period);
    };
    auto const numerator = component(use.components->numerator, 1);
    auto const denominator = component(use.components->denominator, -1);
    if (!numerator || !denominator) return result;
    unsigned scale = 0;
    for (auto const& entry : found->second)
        if (auto const* figure = at(found->second, entry.first, period);
            figure != nullptr && figure->value.number())
            scale = std::max(scale, figure->value.number()->scale());
    auto computed = ratio_of(*numerator, *denominator,
                             static_cast<double>(use.components->factor) * std::pow(10.0, power), scale);
    computed.figure.period = period;
    if (computed.figure.value.is_missing()) return result;
    return computed;
}

Combined ratio_of(Combined const& numerator, Combined const& denominator, double factor, unsigned scale) {
    Combined result = numerator;
    auto& derived = result.derived;
    auto& quality = result.figure.quality;
    result.figure.vintage = std::max(numerator.figure.vintage, denominator.figure.vintage);
    quality = {};
    derived.low.reset();
    derived.high.reset();
    derived.largest_share.reset();
    auto const top = numerator.figure.value.number();
    auto const bottom = denominator.figure.value.number();
    auto const value = top && bottom && !bottom->is_zero()
                           ? rounded(plain(*top) / plain(*bottom) * factor, scale)
                           : std::nullopt;
    if (!value) {
        result.figure.value = Value::missing(MissingReason::unknown);
        derived.origin = Derived::Origin::none;
        return result;
    }
    result.figure.value = Value::of(*value);
    bool const estimated = numerator.derived.origin == Derived::Origin::estimated ||
                           denominator.derived.origin == Derived::Origin::estimated;
    bool const incomplete = numerator.derived.origin == Derived::Origin::incomplete ||
                            denominator.derived.origin == Derived::Origin::incomplete;
    quality.status = weaker(numerator.figure.quality.status, denominator.figure.quality.status);
    if (estimated || incomplete) quality.status = weaker(quality.status, ObsStatus::estimated);
    quality.protection = std::max(numerator.figure.quality.protection, denominator.figure.quality.protection);
    derived.origin = incomplete ? Derived::Origin::incomplete : Derived::Origin::computed;
    derived.sources = numerator.derived.sources + denominator.derived.sources;
    derived.coverage = std::min(numerator.derived.coverage, denominator.derived.coverage);
    derived.method = "components";
    if (derived.basis.empty()) derived.basis = denominator.derived.basis;
    derived.note.clear();
    result.contributions.insert(result.contributions.end(), denominator.contributions.begin(),
                                denominator.contributions.end());
    auto const n = width_of(numerator.figure);
    auto const d = width_of(denominator.figure);
    if (estimated || n.open || d.open || !(n.any || d.any)) return result;
    // The ratio lies in [(n - a) / (N + b), (n + a) / (N - b)], and the digits are rounded on top of that.
    auto const floor_den = plain(*bottom) - plain(d.below);
    if (floor_den <= 0) return result;
    auto const low = (plain(*top) - plain(n.below)) / (plain(*bottom) + plain(d.above)) * factor;
    auto const high = (plain(*top) + plain(n.above)) / floor_den * factor;
    auto const unit = harmonize::territory::power_of_ten(scale);
    auto const below = std::ceil((plain(*value) - low) * unit);
    auto const above = std::ceil((high - plain(*value)) * unit);
    quality.bounds = Bounds{Decimal::from_scaled(static_cast<std::int64_t>(std::max(below, 0.0)), scale),
                            Decimal::from_scaled(static_cast<std::int64_t>(std::max(above, 0.0)), scale)};
    return result;
}

} // namespace gateway::derive
