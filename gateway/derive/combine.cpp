#include "gateway/derive/combine.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "gateway/harmonize/territory/estimate.hpp"
#include "gateway/harmonize/territory/number.hpp"

namespace gateway::derive {
namespace {

using feed::Derived;
namespace flag = harmonize::territory::flag;

// The first of these that some part has is why the whole has no number.
constexpr std::array<MissingReason, 7> gravity{MissingReason::confidential, MissingReason::unreliable,
                                               MissingReason::pending,      MissingReason::not_loaded,
                                               MissingReason::unknown,      MissingReason::not_applicable,
                                               MissingReason::no_territory};

void add_word(std::string& list, std::string_view word) {
    if ((" " + list + " ").find(" " + std::string{word} + " ") != std::string::npos) return;
    list += (list.empty() ? "" : " ") + std::string{word};
}

/// Everything that the parts say, before it is judged.
struct Tally {
    std::size_t expected = 0;
    std::size_t numbers = 0;
    std::size_t split = 0;
    DecimalSum sum;
    unsigned scale = 0;
    double main = 0, population = 0, area = 0; ///< by estimator, in plain units
    bool has_population = true, has_area = true;
    double share = 0;
    Width width;
    ObsStatus status = ObsStatus::normal;
    bool any_status = false;
    ConfStatus confidentiality = ConfStatus::free;
    Protection protection = Protection::none;
    std::optional<MissingReason> reason;
    Observation const* without = nullptr; ///< the part that gave the reason
    std::string absent;                   ///< keys without row
    std::string unknown_shares;
    VintageNo vintage = 0;
    std::string flags;
    std::string methods; ///< "pop", or several with '+' between them
    bool by_municipalities = false;
    bool by_weight = false;
    std::optional<Decimal> municipal_difference;
};

std::size_t rank(MissingReason reason) {
    return static_cast<std::size_t>(std::find(gravity.begin(), gravity.end(), reason) - gravity.begin());
}

double plain(Decimal value) {
    return static_cast<double>(value.mantissa()) /
           harmonize::territory::power_of_ten(static_cast<unsigned>(value.scale()));
}

Decimal outward(double value, unsigned scale, bool up) {
    auto const unit = harmonize::territory::power_of_ten(scale);
    auto const scaled = value * unit;
    auto const near = std::round(scaled);
    // What should be whole is, although doubles say 2.9999999996.
    bool const whole = std::abs(scaled - near) <= 1e-9 * std::max(1.0, std::abs(scaled));
    return Decimal::from_scaled(static_cast<std::int64_t>(whole ? near
                                                          : up  ? std::ceil(scaled)
                                                                : std::floor(scaled)),
                                scale);
}

void add_width(Tally& tally, Observation const& figure) {
    auto const width = width_of(figure);
    if (width.open) tally.width.open = true;
    if (!width.any) return;
    tally.width.any = true;
    auto const below = checked_add(tally.width.below, width.below);
    auto const above = checked_add(tally.width.above, width.above);
    if (!below || !above) {
        tally.width.open = true; // wider than 64 bits can say
        return;
    }
    tally.width.below = *below;
    tally.width.above = *above;
}

std::string method_of(MeasureUse const& measure, Inflow const& inflow) {
    auto weight = measure.weight;
    if ((inflow.flags & flag::weight_fallback) != 0)
        weight = weight == harmonize::territory::Weight::area || std::isnan(inflow.area)
                     ? harmonize::territory::Weight::population
                     : harmonize::territory::Weight::area;
    return std::string{to_string(weight)};
}

/// What a part brings to the sum; nothing where it has no number or its share is not known.
std::optional<Decimal> take(Tally& tally, Part const& part, MeasureUse const& measure, Decimal value) {
    auto const& inflow = *part.inflow;
    tally.scale = std::max(tally.scale, value.scale());
    auto const whole = plain(value);
    if (!inflow.split) {
        tally.main += whole;
        tally.population += whole;
        tally.area += whole;
        tally.share = std::max(tally.share, 0.0);
        return value;
    }
    ++tally.split;
    if (part.municipal) {
        tally.by_municipalities = true;
        if (!part.municipal_exact) add_word(tally.flags, "municipal_estimate");
        if (inflow.share > 0 && !inflow.unknown) {
            auto const guess = Decimal::from_scaled(
                apportioned_part(value.mantissa(), inflow.shares, inflow.place), value.scale());
            tally.municipal_difference = checked_subtract(guess, *part.municipal);
        }
        auto const amount = plain(*part.municipal);
        tally.scale = std::max(tally.scale, part.municipal->scale());
        tally.main += amount;
        tally.population += amount;
        tally.area += amount;
        if (whole != 0) tally.share = std::max(tally.share, std::min(1.0, amount / whole));
        return part.municipal;
    }
    if (inflow.unknown) {
        tally.unknown_shares += (tally.unknown_shares.empty() ? "" : ", ") + inflow.key;
        return std::nullopt;
    }
    tally.by_weight = true;
    auto const method = method_of(measure, inflow);
    if (("+" + tally.methods + "+").find("+" + method + "+") == std::string::npos)
        tally.methods += (tally.methods.empty() ? "" : "+") + method;
    tally.main += whole * inflow.share;
    if (std::isnan(inflow.population)) tally.has_population = false;
    if (std::isnan(inflow.area)) tally.has_area = false;
    tally.population += whole * inflow.population;
    tally.area += whole * inflow.area;
    tally.share = std::max(tally.share, inflow.share);
    return Decimal::from_scaled(apportioned_part(value.mantissa(), inflow.shares, inflow.place),
                                value.scale());
}

void count_part(Tally& tally, Part const& part) {
    ++tally.expected;
    auto const names = harmonize::territory::flags_text(part.inflow->flags);
    if (!names.empty()) add_word(tally.flags, names);
    if (part.off_day) add_word(tally.flags, "off_day");
    if (!part.key_read.empty()) add_word(tally.flags, "key_repaired");
    if (part.figure == nullptr) {
        add_word(tally.flags, "absent_part");
        tally.absent += (tally.absent.empty() ? "" : ", ") + part.inflow->key;
        return;
    }
    auto const& figure = *part.figure;
    tally.vintage = std::max(tally.vintage, figure.vintage);
    if (auto const reason = figure.value.reason()) {
        add_word(tally.flags, *reason == MissingReason::confidential ? "secret_part" : "missing_part");
        if (!tally.reason || rank(*reason) < rank(*tally.reason)) {
            tally.reason = reason;
            tally.without = &figure;
        }
        return;
    }
    tally.status = tally.any_status ? weaker(tally.status, figure.quality.status) : figure.quality.status;
    tally.any_status = true;
    if (figure.quality.confidentiality != ConfStatus::free)
        tally.confidentiality = figure.quality.confidentiality;
    tally.protection = std::max(tally.protection, figure.quality.protection);
    add_width(tally, figure);
    ++tally.numbers;
}

void without_number(Combined& result, Tally const& tally, MissingReason reason, std::string note) {
    result.figure.value = Value::missing(reason);
    auto& quality = result.figure.quality;
    quality = {};
    if (tally.without != nullptr) quality = tally.without->quality;
    quality.bounds.reset();
    quality.sign = {};
    if (reason == MissingReason::confidential) {
        quality.status = ObsStatus::suppressed;
        // The office keeps one part secret; that the whole has no number is our doing.
        quality.confidentiality = ConfStatus::secondary_receiver;
    } else if (tally.without == nullptr) {
        quality.status = ObsStatus::missing;
    }
    result.derived.origin = Derived::Origin::none;
    result.derived.note = std::move(note);
}

std::string note_without(Tally const& tally) {
    if (tally.reason == MissingReason::confidential) return "a part is confidential, so the sum has no value";
    std::string note;
    if (!tally.absent.empty()) note = "no figures for " + tally.absent;
    if (tally.reason)
        note += (note.empty() ? "" : "; ") + std::string{"a part has no value: "} +
                std::string{to_string(*tally.reason)};
    if (!tally.unknown_shares.empty())
        note += (note.empty() ? "" : "; ") + std::string{"nobody has told how "} + tally.unknown_shares +
                " was divided: kreislauf territory import FILE with a crosswalk";
    return note;
}

/// Sums and estimates where a number may stand.
void with_number(Combined& result, Tally const& tally, Decimal sum) {
    auto& derived = result.derived;
    auto& quality = result.figure.quality;
    result.figure.value = Value::of(sum);
    quality.status = tally.status;
    quality.confidentiality = tally.confidentiality;
    quality.protection = tally.protection;
    bool const all = tally.numbers == tally.expected;
    bool const estimated = tally.by_weight || derived.flags.find("municipal_estimate") != std::string::npos;
    derived.origin = !all        ? Derived::Origin::incomplete
                     : estimated ? Derived::Origin::estimated
                                 : Derived::Origin::summed;
    bool const perturbed = tally.protection == Protection::r3 || tally.protection == Protection::r5 ||
                           tally.protection == Protection::r10 || tally.protection == Protection::ckm;
    if (estimated || !all || (perturbed && tally.numbers > 1))
        quality.status = weaker(quality.status, ObsStatus::estimated);
    if (!estimated && all && !tally.width.open && tally.width.any)
        quality.bounds = Bounds{tally.width.below, tally.width.above};
    if (tally.split > 0) derived.largest_share = share_of(tally.share);
    if (!tally.by_weight) return;
    derived.method = tally.methods;
    double low = plain(sum);
    double high = low;
    bool range = false;
    for (auto const& [has, value] :
         {std::pair{tally.has_population, tally.population}, std::pair{tally.has_area, tally.area}})
        if (has) {
            low = std::min(low, value);
            high = std::max(high, value);
            range = true;
        }
    // One estimator alone has no range: saying so would look like certainty.
    if (!range || !(tally.has_population && tally.has_area)) return;
    derived.low = outward(low, tally.scale, false);
    derived.high = outward(high, tally.scale, true);
}

} // namespace

ObsStatus weaker(ObsStatus a, ObsStatus b) noexcept {
    constexpr std::string_view order = "UEPDBNA"; // the weakest first; others have no number
    auto const at = [order](ObsStatus status) { return std::min(order.find(to_char(status)), order.size()); };
    return at(a) <= at(b) ? a : b;
}

Width width_of(Observation const& figure) noexcept {
    Width width;
    auto const number = figure.value.number();
    if (!number) return width;
    if (figure.quality.bounds) {
        width.any = true;
        width.below = figure.quality.bounds->below;
        width.above = figure.quality.bounds->above;
        return width;
    }
    if (auto const bounds = protection_bounds(figure.quality.protection)) {
        width.any = true;
        width.below = Decimal::from_scaled(bounds->below.mantissa(), number->scale());
        width.above = Decimal::from_scaled(bounds->above.mantissa(), number->scale());
        return width;
    }
    switch (figure.quality.protection) {
    case Protection::ckm: width.open = !number->is_zero(); break;
    case Protection::safe:
    case Protection::sample: width.open = true; break;
    default: break;
    }
    return width;
}

std::int64_t apportioned_part(std::int64_t amount, std::span<double const> shares, std::size_t place) {
    // Shares of a negative balance are those of its size.
    bool const negative = amount < 0;
    auto const size = negative ? -amount : amount;
    std::vector<double> values;
    values.reserve(shares.size());
    for (auto const share : shares) values.push_back(static_cast<double>(size) * share);
    auto const whole = harmonize::territory::apportioned(values, size);
    return negative ? -whole.at(place) : whole.at(place);
}

Decimal share_of(double share) noexcept {
    return Decimal::from_scaled(std::llround(share * 10'000), 4);
}

Combined combine(std::span<Part const> parts, CombineRequest const& request, Atlas const& atlas,
                 Flows const& flows) {
    Combined result;
    auto& derived = result.derived;
    derived.territory = request.territory;
    Tally tally;
    std::vector<Inflow const*> used;
    for (auto const& part : parts) {
        count_part(tally, part);
        used.push_back(part.inflow);
        auto const number = part.figure == nullptr ? std::nullopt : part.figure->value.number();
        std::optional<Decimal> amount;
        if (number) {
            amount = take(tally, part, request.measure, *number);
            if (amount)
                tally.sum.add(*amount);
            else
                --tally.numbers; // its share is not known
        }
        if (!request.details || part.figure == nullptr) continue;
        auto const& passage = flows.map->passages[part.inflow->passages.front()];
        result.contributions.push_back({part.key_read.empty() ? part.inflow->key : std::string{part.key_read},
                                        part.inflow->name,
                                        {},
                                        *part.figure,
                                        part.inflow->share,
                                        part.inflow->split,
                                        amount,
                                        !part.inflow->split ? std::string{"whole"}
                                        : part.municipal    ? std::string{"municipalities"}
                                                            : method_of(request.measure, *part.inflow),
                                        std::string{to_string(passage.kind)},
                                        atlas.events_of(flows, *part.inflow)});
    }
    result.figure.vintage = tally.vintage;
    derived.flags = tally.flags;
    derived.sources = static_cast<std::uint32_t>(tally.numbers);
    derived.coverage =
        tally.expected == 0
            ? Decimal::from_integer(0)
            : share_of(static_cast<double>(tally.numbers) / static_cast<double>(tally.expected));
    bool const complete = tally.numbers == tally.expected && tally.expected > 0;
    if (complete) derived.coverage = Decimal::from_integer(1);

    // One area that is whole passes as it is, with all that its office says about it.
    if (parts.size() == 1 && !parts[0].inflow->split && parts[0].figure != nullptr) {
        auto const vintage = result.figure.vintage;
        result.figure = *parts[0].figure;
        result.figure.vintage = vintage;
        if (!parts[0].key_read.empty() || parts[0].inflow->passages.empty()) derived.basis = {};
        derived.basis = atlas.basis_of(flows, used);
        derived.origin = result.figure.value.is_missing() ? Derived::Origin::none : Derived::Origin::observed;
        return result;
    }
    derived.basis = atlas.basis_of(flows, used);
    if (request.measure.kind != MeasureKind::count) {
        without_number(result, {}, MissingReason::unknown,
                       "a " + std::string{to_string(request.measure.kind)} + " (" + request.measure.rule +
                           ") is never summed or divided; ask for the counts that it is made of, or name them"
                           " in mappings/measures.toml");
        return result;
    }
    bool const may_stand =
        complete || (request.partial && tally.numbers > 0 && tally.unknown_shares.empty() &&
                     tally.reason != MissingReason::confidential);
    auto const sum = tally.sum.to_decimal();
    if (!may_stand || !sum) {
        without_number(result, tally, tally.reason.value_or(MissingReason::unknown),
                       sum ? note_without(tally) : "the sum does not fit into 64 bits");
        return result;
    }
    with_number(result, tally, *sum);
    if (tally.by_municipalities) {
        derived.method += (derived.method.empty() ? "" : "+") + std::string{"municipalities"};
        if (tally.municipal_difference)
            derived.note = "by weight it would be off by " + tally.municipal_difference->to_string();
    }
    if (!complete) derived.note = "partial: " + note_without(tally);
    return result;
}

} // namespace gateway::derive
