#include "gateway/intake/preview_derived.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace gateway::intake {
namespace {

constexpr std::size_t most_figures = 8; // indicators whose figures are kept

double as_double(Decimal value) {
    return static_cast<double>(value.mantissa()) / std::pow(10.0, value.scale());
}

/// a / b * factor with one digit behind the mark, halves away from zero; nothing where b is zero or it does not fit.
std::optional<Decimal> ratio(Decimal a, Decimal b, std::int64_t factor) {
    __extension__ using Wide = __int128;
    constexpr Wide one_digit = 10;
    Wide above = Wide{a.mantissa()} * factor * one_digit;
    Wide below = b.mantissa();
    for (auto scale = a.scale(); scale < b.scale(); ++scale) above *= 10;
    for (auto scale = b.scale(); scale < a.scale(); ++scale) below *= 10;
    if (below == 0) return std::nullopt;
    bool const negative = (above < 0) != (below < 0);
    if (above < 0) above = -above;
    if (below < 0) below = -below;
    auto const rounded = (above * 2 + below) / (below * 2);
    constexpr Wide largest = INT64_MAX;
    if (rounded > largest) return std::nullopt;
    auto const digits = static_cast<std::int64_t>(rounded);
    return Decimal::from_scaled(negative ? -digits : digits, 1);
}

bool is_high(AreaLevel level) noexcept {
    return level == AreaLevel::county || level == AreaLevel::land || level == AreaLevel::country;
}

Side number(std::optional<Decimal> const& value) {
    return value ? Side::of(*value) : Side{};
}

/// Sum of parts on one side of a change.
struct Sum {
    DecimalSum numbers;
    std::uint64_t count = 0;   ///< numbers
    std::uint64_t missing = 0; ///< areas with a reason
    std::uint64_t secret = 0;  ///< of those: confidential
    void add(Side const& side) {
        if (side.is_absent() || side.is(MissingReason::no_territory)) return;
        if (side.is_number()) {
            numbers.add(side.digits());
            ++count;
            return;
        }
        ++missing;
        if (side.is(MissingReason::confidential)) ++secret;
    }
    [[nodiscard]] Side side() const {
        if (missing == 0) return count == 0 ? Side{} : number(numbers.to_decimal());
        return Side::of(secret > 0 ? MissingReason::confidential : MissingReason::unknown);
    }
};

} // namespace

DerivedEffects::DerivedEffects(ingest::Workshop& shop, std::string dataset, std::int32_t day)
    : shop_(shop), dataset_(std::move(dataset)), day_(day) {
    if (auto const known = shop.store.dataset(dataset_)) info_ = *known;
    if (shop.mappings.text("measures.toml")) measures_ = derive::Measures::load(shop.mappings);
}

bool DerivedEffects::is_count(IndicatorKey const& key) const {
    if (measures_)
        return measures_->use(info_, key, shop_.store.label(dataset_, "MEASURE", key.at("MEASURE"))).kind ==
               derive::MeasureKind::count;
    return key.at("UNIT") == "PS" || key.at("UNIT") == "NR";
}

void DerivedEffects::make(std::span<KeptChange const> changes, std::size_t deletions_at, bool has_deletions,
                          IndicatorOf const& indicator_of, AreaOf const& area_of) {
    changes_ = changes;
    middle_ = has_deletions ? deletions_at : changes.size();
    indicator_of_ = indicator_of;
    area_of_ = area_of;
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (i == 0 || changes[i].indicator != changes[i - 1].indicator)
            numbers_.emplace(indicator_of(changes[i].indicator), changes[i].indicator);
    std::size_t first = 0;
    auto second = middle_;
    while (first < middle_ || second < changes.size()) {
        auto const at = [&](std::size_t i, std::size_t end) {
            return i < end ? changes[i].indicator : std::uint32_t{UINT32_MAX};
        };
        auto const now = std::min(at(first, middle_), at(second, changes.size()));
        group_.clear();
        for (; first < middle_ && changes[first].indicator == now; ++first) group_.push_back(&changes[first]);
        for (; second < changes.size() && changes[second].indicator == now; ++second)
            group_.push_back(&changes[second]);
        indicator_effects(indicator_of(now));
    }
}

void DerivedEffects::indicator_effects(IndicatorKey const& key) {
    if (!is_count(key)) return;
    sums(key, AreaLevel::municipality);
    sums(key, AreaLevel::county);
    shares(key);
    rates(key);
}

void DerivedEffects::sums(IndicatorKey const& key, AreaLevel parts) {
    struct Totals {
        Sum before, after;
        bool secret = false;
    };
    auto const parent_of = [parts](Area const& area) {
        return parts == AreaLevel::county ? std::string{land_of(area)} : county_of(area);
    };
    std::map<Place, Totals> totals;
    std::map<std::pair<store::AreaNo, TimePeriod>, Side> after; // of changed parts
    store::AreaNo last = 0;
    std::string parent;
    for (auto const* const change : group_) {
        if (change == group_.front() || change->area != last) {
            last = change->area;
            auto const& area = area_of_(last);
            parent = area.level == parts ? parent_of(area) : std::string{};
        }
        if (parent.empty()) continue;
        auto& total = totals[{parent, change->period}];
        total.before.add(change->before);
        total.after.add(change->after);
        total.secret =
            total.secret || (change->before.is(MissingReason::confidential) && change->after.is_number());
        after.emplace(std::pair{change->area, change->period}, change->after);
    }
    if (totals.empty()) return;
    if (auto const no = shop_.store.find_indicator(dataset_, key)) {
        store::Query query;
        query.dataset = dataset_;
        query.indicator = *no;
        query.level = parts;
        shop_.store.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> series) {
            auto const under = parent_of(shop_.store.area(ref.area));
            for (auto const& one : series) {
                auto const found = totals.find({under, one.period});
                if (found == totals.end() || after.count({ref.area, one.period}) > 0) continue;
                auto const side = side_of(shop_.store, one);
                found->second.before.add(side);
                found->second.after.add(side);
            }
        });
    }
    auto const text = parts == AreaLevel::county ? "Summe der Kreise" : "Summe der Gemeinden";
    auto const what = name_of_indicator(key);
    for (auto const& [place, total] : totals)
        add(place.first, text, what, place.second, {total.before.side(), total.after.side(), total.secret});
}

DerivedEffects::Figures const& DerivedEffects::stored(IndicatorKey const& key) {
    auto const known = stored_.find(key);
    if (known != stored_.end()) return known->second;
    if (stored_.size() >= most_figures) stored_.clear();
    auto& figures = stored_[key];
    auto const no = shop_.store.find_indicator(dataset_, key);
    if (!no) return figures;
    for (auto const level : {AreaLevel::country, AreaLevel::land, AreaLevel::county}) {
        store::Query query;
        query.dataset = dataset_;
        query.indicator = *no;
        query.level = level;
        shop_.store.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> series) {
            auto const area = area_key(shop_.store.area(ref.area));
            for (auto const& one : series) {
                figures.emplace(Place{area, one.period}, side_of(shop_.store, one));
            }
        });
    }
    return figures;
}

DerivedEffects::Figures const& DerivedEffects::changed(IndicatorKey const& key) {
    auto const known = changed_.find(key);
    if (known != changed_.end()) return known->second;
    if (changed_.size() >= most_figures) changed_.clear();
    auto& figures = changed_[key];
    auto const number = numbers_.find(key);
    if (number == numbers_.end()) return figures;
    auto const add_range = [&](std::span<KeptChange const> part) {
        auto at = std::lower_bound(
            part.begin(), part.end(), number->second,
            [](KeptChange const& change, store::IndicatorNo no) { return change.indicator < no; });
        for (; at != part.end() && at->indicator == number->second; ++at) {
            auto const& area = area_of_(at->area);
            if (is_high(area.level)) figures.insert_or_assign(Place{area_key(area), at->period}, at->after);
        }
    };
    add_range(changes_.subspan(0, middle_));
    add_range(changes_.subspan(middle_));
    return figures;
}

DerivedEffects::Pair DerivedEffects::pair_of(IndicatorKey const& key, Place const& place) {
    Pair pair;
    auto const& before = stored(key);
    if (auto const found = before.find(place); found != before.end()) pair.before = found->second;
    pair.after = pair.before;
    auto const& after = changed(key);
    if (auto const found = after.find(place); found != after.end()) pair.after = found->second;
    pair.secret = pair.before.is(MissingReason::confidential) && pair.after.is_number();
    return pair;
}

void DerivedEffects::shares(IndicatorKey const& key) {
    constexpr std::int64_t percent = 100;
    bool const is_part = key.at("CITIZENSHIP") == "FOR";
    if (!is_part && key.at("CITIZENSHIP") != "_T") return;
    auto other = key;
    other.set("CITIZENSHIP", is_part ? "_T" : "FOR");
    // Where both change, the part tells of it.
    for (auto const* const change : group_) {
        auto const& area = area_of_(change->area);
        if (!is_high(area.level)) continue;
        Place const place{area_key(area), change->period};
        Pair const own{change->before, change->after,
                       change->before.is(MissingReason::confidential) && change->after.is_number()};
        auto const beside = pair_of(other, place);
        auto const same = beside.before.text() == beside.after.text();
        if (!is_part && !same) continue;
        auto const& part = is_part ? own : beside;
        auto const& whole = is_part ? beside : own;
        auto const share = [](Side const& a, Side const& b) {
            return a.is_number() && b.is_number() ? number(ratio(a.digits(), b.digits(), percent)) : Side{};
        };
        add(place.first, "Ausländeranteil in Prozent", name_of_indicator(is_part ? other : key), place.second,
            {share(part.before, whole.before), share(part.after, whole.after), own.secret || beside.secret});
    }
}

void DerivedEffects::rates(IndicatorKey const& key) {
    constexpr std::int64_t thousand = 1000;
    if (key.at("MEASURE") == "BEVSTD" || key.at("UNIT") != "PS" || !key.at("UNIT_MULT").empty()) return;
    if (!inhabitants_) inhabitants_.emplace(shop_.store);
    auto const what = name_of_indicator(key);
    for (auto const* const change : group_) {
        auto const& area = area_of_(change->area);
        if (!is_high(area.level)) continue;
        auto const* const counted = inhabitants_->of(area);
        if (counted == nullptr) continue;
        auto const people = ingest::Inhabitants::in(*counted, change->period);
        if (!people) continue;
        auto const rate = [&people](Side const& side) {
            return side.is_number() ? number(ratio(side.digits(), *people, thousand)) : Side{};
        };
        add(area_key(area), "je 1 000 Einwohner", what, change->period,
            {rate(change->before), rate(change->after),
             change->before.is(MissingReason::confidential) && change->after.is_number()});
    }
}

void DerivedEffects::add_territorial(std::span<KeptChange const> changes, TerritorialRequest const& request,
                                     IndicatorOf const& indicator_of, AreaOf const& area_of) {
    territorial_effects(shop_, request, changes, middle_, indicator_of, area_of,
                        [this](TerritorialEffect const& effect) {
                            add(effect.area, "auf dem Gebietsstand " + date_text(effect.day),
                                name_of_indicator(effect.indicator), effect.period,
                                {effect.before, effect.after, effect.secret});
                        });
}

void DerivedEffects::add(std::string const& area_key, std::string const& text, std::string const& what,
                         TimePeriod const& period, Pair const& figures) {
    auto const before = figures.before.text();
    auto const after = figures.after.text();
    if (before == after && !figures.secret) return;
    ++count_;
    Weighed weighed;
    weighed.relative = -1;
    weighed.effect.before = before;
    weighed.effect.after = figures.secret ? std::string{withheld} : after;
    if (!figures.secret && figures.before.is_number() && figures.after.is_number() &&
        !figures.before.digits().is_zero()) {
        constexpr double percent = 100;
        auto const from = as_double(figures.before.digits());
        auto const relative = (as_double(figures.after.digits()) - from) / std::abs(from);
        weighed.relative = std::abs(relative);
        char change[48];
        std::snprintf(change, sizeof change, "%+.1f %%", relative * percent);
        weighed.effect.change = change;
    }
    weighed.effect.what = name_of_area(area_key) + ", " + what + ", " + text + ", " + period.to_sdmx();
    effects_.push_back(std::move(weighed));
    constexpr std::size_t many = 4096;
    if (effects_.size() < many) return;
    std::uint64_t ignored = 0;
    auto const count = count_;
    static_cast<void>(take(ignored));
    count_ = count;
}

std::vector<DerivedEffect> DerivedEffects::take(std::uint64_t& more) {
    std::sort(effects_.begin(), effects_.end(), [](Weighed const& a, Weighed const& b) {
        return a.relative != b.relative ? a.relative > b.relative : a.effect.what < b.effect.what;
    });
    if (effects_.size() > shown) effects_.resize(shown);
    more = count_ - effects_.size();
    std::vector<DerivedEffect> all;
    all.reserve(effects_.size());
    for (auto const& each : effects_) all.push_back(each.effect);
    return all;
}

std::string DerivedEffects::name_of_area(std::string const& key) {
    auto found = names_.find(key);
    if (found != names_.end()) return found->second;
    auto name = shop_.store.label(dataset_, "AREA", key);
    constexpr std::size_t county_digits = 5;
    if (name.empty() && key.size() == county_digits)
        name = shop_.areas.name({CodeList::ags, AreaLevel::county, key}, day_);
    return names_.emplace(key, name.empty() ? key : key + " " + name).first->second;
}

std::string DerivedEffects::name_of_indicator(IndicatorKey const& key) const {
    auto const named = [this](std::string const& dimension, std::string_view code) {
        auto const label = shop_.store.label(dataset_, dimension, code);
        return label.empty() ? std::string{code} : label;
    };
    auto name = named("MEASURE", key.at("MEASURE"));
    for (auto const& [dimension, code] : key.codes()) {
        if (dimension == "MEASURE" || dimension == "UNIT" || dimension == "UNIT_MULT" || code == "_T")
            continue;
        name += ", " + named(dimension, code);
    }
    return name;
}

} // namespace gateway::intake
