#include "gateway/harmonize/series/combine.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace gateway::harmonize::series {
namespace {

/// In the order in which they win over each other.
constexpr std::array<MissingReason, 7> severity{MissingReason::confidential,   MissingReason::unreliable,
                                                MissingReason::pending,        MissingReason::not_loaded,
                                                MissingReason::not_applicable, MissingReason::no_territory,
                                                MissingReason::unknown};

/// The status that a figure made of `parts` has: the gravest of theirs.
ObsStatus status_of(std::vector<Part> const& parts) {
    constexpr std::array<ObsStatus, 5> grave{ObsStatus::low_reliability, ObsStatus::estimated,
                                             ObsStatus::provisional, ObsStatus::definition_differs,
                                             ObsStatus::series_break};
    for (auto const status : grave)
        if (std::any_of(parts.begin(), parts.end(),
                        [status](Part const& part) { return part.figure.quality.status == status; }))
            return status;
    return ObsStatus::normal;
}

Quality quality_of(std::vector<Part> const& parts) {
    Quality quality;
    quality.status = status_of(parts);
    bool exact = true;
    bool known = true;
    DecimalSum below;
    DecimalSum above;
    for (auto const& part : parts) {
        auto const& own = part.figure.quality;
        if (is_protected(part.figure)) {
            exact = false;
            quality.protection =
                quality.protection == Protection::none || quality.protection == own.protection
                    ? own.protection
                    : Protection::safe; // several regimes: no single one describes the result
        }
        if (own.confidentiality != ConfStatus::free) quality.confidentiality = own.confidentiality;
        auto const bounds = certain_bounds(part.figure);
        if (!bounds) {
            known = false;
            continue;
        }
        below.add(bounds->below);
        above.add(bounds->above);
    }
    auto const low = below.to_decimal();
    auto const high = above.to_decimal();
    if (known && low && high && (!low->is_zero() || !high->is_zero())) quality.bounds = Bounds{*low, *high};
    // Own sums of protected cells are estimates; a single cell is the office's own figure.
    if (!exact && parts.size() > 1 && quality.status != ObsStatus::low_reliability)
        quality.status = ObsStatus::estimated;
    return quality;
}

/// The gravest reason among the parts, and which part has it.
std::pair<MissingReason, Part const*> gravest(std::vector<Part> const& parts) {
    for (auto const reason : severity)
        for (auto const& part : parts)
            if (part.figure.value.reason() == reason) return {reason, &part};
    return {MissingReason::unknown, nullptr};
}

Made missing_part(std::vector<Part> parts, TimePeriod const& period) {
    auto const worst = gravest(parts);
    Made made;
    made.figure = without_number(period, worst.first);
    made.making = Making::none;
    std::string const reason{to_string(worst.first)};
    made.note = {"sum.part-missing",
                 {},
                 "kein Wert: der Teil " + worst.second->name + " hat keine Zahl (" + reason + ")",
                 "no value: the part " + worst.second->name + " has no number (" + reason + ")"};
    made.expected = parts.size();
    made.parts = std::move(parts);
    return made;
}

Made too_large(std::vector<Part> parts, TimePeriod const& period) {
    Made made;
    made.figure = without_number(period, MissingReason::unknown);
    made.making = Making::none;
    made.note = {"sum.overflow",
                 {},
                 "kein Wert: die Summe hat zu viele Stellen",
                 "no value: the sum has too many digits"};
    made.expected = parts.size();
    made.parts = std::move(parts);
    return made;
}

/// numerator / count with a scale that holds it exactly, or three digits more than it has; nothing where it
/// does not fit.
std::optional<std::pair<Decimal, bool>> divided(Decimal number, std::int64_t count) {
    __extension__ using Wide = __int128;
    Wide mantissa = number.mantissa();
    unsigned scale = number.scale();
    constexpr unsigned extra = 3;
    for (unsigned i = 0; i < extra && mantissa % count != 0 && scale < Decimal::max_scale; ++i, ++scale)
        mantissa *= 10;
    bool const exact = mantissa % count == 0;
    Wide const half = count / 2;
    Wide const quotient =
        exact ? mantissa / count : (mantissa < 0 ? -((-mantissa + half) / count) : (mantissa + half) / count);
    if (quotient > std::numeric_limits<std::int64_t>::max() ||
        quotient < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return std::pair{Decimal::from_scaled(static_cast<std::int64_t>(quotient), scale), exact};
}

} // namespace

bool is_protected(Observation const& figure) noexcept {
    auto const protection = figure.quality.protection;
    // SUPPR hides cells; those it shows are exact. A sample is not changed, it is uncertain.
    return protection != Protection::none && protection != Protection::suppressed &&
           protection != Protection::sample;
}

std::optional<Bounds> certain_bounds(Observation const& figure) noexcept {
    if (figure.quality.bounds) return figure.quality.bounds;
    switch (figure.quality.protection) {
    case Protection::none:
    case Protection::suppressed: return Bounds{};
    case Protection::r3:
    case Protection::r5:
    case Protection::r10: return protection_bounds(figure.quality.protection);
    case Protection::ckm:
    case Protection::safe:
    case Protection::sample: return std::nullopt;
    }
    return std::nullopt;
}

Observation without_number(TimePeriod const& period, MissingReason reason) {
    Observation figure;
    figure.period = period;
    figure.value = Value::missing(reason);
    switch (reason) {
    case MissingReason::confidential:
        figure.quality.status = ObsStatus::suppressed;
        figure.quality.confidentiality = ConfStatus::confidential;
        break;
    case MissingReason::unreliable: figure.quality.status = ObsStatus::low_reliability; break;
    case MissingReason::not_applicable:
    case MissingReason::no_territory: figure.quality.status = ObsStatus::cannot_exist; break;
    case MissingReason::pending:
    case MissingReason::not_loaded:
    case MissingReason::unknown: figure.quality.status = ObsStatus::missing; break;
    }
    return figure;
}

Made sum_of(std::vector<Part> parts, TimePeriod const& period) {
    DecimalSum total;
    VintageNo vintage = 0;
    for (auto const& part : parts) {
        auto const number = part.figure.value.number();
        if (!number) return missing_part(std::move(parts), period);
        total.add(*number);
        vintage = std::max(vintage, part.figure.vintage);
    }
    auto const sum = total.to_decimal();
    if (!sum) return too_large(std::move(parts), period);
    Made made;
    made.figure.period = period;
    made.figure.value = Value::of(*sum);
    made.figure.quality = quality_of(parts);
    made.figure.vintage = vintage;
    made.making = Making::summed;
    made.expected = parts.size();
    made.parts = std::move(parts);
    return made;
}

Made mean_of(std::vector<Part> parts, TimePeriod const& period) {
    auto const count = static_cast<std::int64_t>(parts.size());
    auto made = sum_of(std::move(parts), period);
    auto const sum = made.figure.value.number();
    if (!sum || count == 0) return made;
    auto const mean = divided(*sum, count);
    if (!mean) return too_large(std::move(made.parts), period);
    made.figure.value = Value::of(mean->first);
    made.making = Making::averaged;
    if (!mean->second) {
        made.note.de = "gerundet auf " + std::to_string(mean->first.scale()) + " Nachkommastellen";
        made.note.en = "rounded to " + std::to_string(mean->first.scale()) + " decimals";
    }
    // The mean of bounds; outwards by one unit of the last digit where it had to be rounded.
    if (auto const bounds = made.figure.quality.bounds) {
        auto const outward = [&](Decimal width) -> std::optional<Decimal> {
            auto const share = divided(width, count);
            if (!share) return std::nullopt;
            return share->second && mean->second
                       ? share->first
                       : checked_add(share->first, Decimal::from_scaled(1, std::min(share->first.scale(),
                                                                                    mean->first.scale())));
        };
        auto const below = outward(bounds->below);
        auto const above = outward(bounds->above);
        made.figure.quality.bounds = below && above ? std::optional{Bounds{*below, *above}} : std::nullopt;
    }
    return made;
}

} // namespace gateway::harmonize::series
