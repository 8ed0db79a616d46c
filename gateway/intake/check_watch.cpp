#include "gateway/intake/check_watch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gateway::intake {
namespace {

constexpr std::size_t most_candidates = 500'000;
constexpr double sudden_factor = 3; // as the rule "sudden-jump"
constexpr double sudden_minimum = 300;
constexpr double telling = 20;     // smaller numbers differ by chance
constexpr double off_factor = 1.5; // a new cell that far from its neighbour may be shifted

double as_double(Decimal value) {
    return static_cast<double>(value.mantissa()) / std::pow(10.0, value.scale());
}

/// How far two positive numbers are apart, as a factor of at least 1.
double factor_between(double a, double b) {
    if (a <= 0 || b <= 0) return a == b ? 1 : std::abs(a - b) + 1;
    return a > b ? a / b : b / a;
}

bool is_county_part(Area const& area) {
    return area.level == AreaLevel::county || area.level == AreaLevel::municipality ||
           area.level == AreaLevel::association;
}

} // namespace

bool allows(Agreement const& agreement, Area const& area) {
    if (agreement.areas.empty())
        return agreement.office.empty() || agreement.office == "DG" || lies_in(area, agreement.office);
    return std::any_of(agreement.areas.begin(), agreement.areas.end(),
                       [&area](std::string const& ags) { return ags == "DG" || lies_in(area, ags); });
}

void CheckWatch::attach(ingest::LoadWatch& watch) {
    watch.series = [this](store::IndicatorNo indicator, store::AreaNo area,
                          std::span<harmonize::ResolvedCell const> cells) { series(indicator, area, cells); };
    watch.change = [this](store::Change const& each) { change(each); };
    watch.missing = [this](store::IndicatorNo indicator, store::AreaNo area, TimePeriod const& period) {
        if (missing.count < Tally::most) {
            static_cast<void>(preview_.indicator(indicator));
            static_cast<void>(preview_.area(area));
        }
        missing.add({indicator, area, period, 0});
    };
    watch.set_aside = [this](harmonize::AsideLog const& log) { aside = log; };
}

void CheckWatch::series(store::IndicatorNo indicator, store::AreaNo area,
                        std::span<harmonize::ResolvedCell const> cells) {
    cells_ = cells;
    if (indicator != indicator_ || indicator_ == 0) {
        auto const unit = preview_.indicator(indicator).at("UNIT");
        is_count_ = unit == "PS" || unit == "NR";
    }
    indicator_ = indicator;
    area_ = area;
    if (agreement_.counties.empty()) return;
    auto const [found, fresh] = county_numbers_.try_emplace(area, UINT32_MAX);
    if (fresh) {
        auto const& where = preview_.area(area);
        if (is_county_part(where))
            found->second = counties_.emplace(county_of(where), static_cast<std::uint32_t>(counties_.size()))
                                .first->second;
    }
    auto const county = found->second;
    if (county == UINT32_MAX) return;
    for (auto const& cell : cells) {
        auto& here = present_[cell.period];
        if (here.size() <= county) here.resize(county + std::size_t{1});
        here[county] = true;
    }
}

void CheckWatch::change(store::Change const& change) {
    preview_.change(change);
    Spot spot{change.indicator, change.area, change.period, 0};
    constexpr std::size_t few = 10;
    if (!change.after) {
        if (deleted_first.size() < few) deleted_first.push_back(spot);
        return;
    }
    bool const at_hand = change.indicator == indicator_ && change.area == area_;
    if (at_hand) {
        auto const cell = std::lower_bound(cells_.begin(), cells_.end(), change.period,
                                           [](harmonize::ResolvedCell const& each, TimePeriod const& period) {
                                               return each.period < period;
                                           });
        if (cell != cells_.end() && cell->period == change.period) spot.line = cell->line;
    }
    auto const after = preview_.side(change.after);
    if (!change.before) {
        if (after.is_number()) added(spot, after);
        return;
    }
    ++compared;
    if (revised_first.size() < few) revised_first.push_back(spot);
    auto const before = preview_.side(change.before);
    if (before.is(MissingReason::confidential) && after.is_number()) disclosed.add(spot);
    if (before.is_number() && !after.is_number()) lost.add(spot);
    if (before.text() == after.text()) return; // its status alone changes
    auto const token = [](Side const& side) {
        return side.is_number() ? as_double(side.digits())
                                : shift_token(static_cast<MissingReason>(side.kind));
    };
    if (spot.line > 0 && candidates.size() < most_candidates)
        candidates.push_back(
            {spot.line, token(after), token(before), true, spot.indicator, spot.area, spot.period});
    if (before.is_number() && after.is_number()) revised(spot, before, after);
}

harmonize::ResolvedCell const* CheckWatch::neighbour(TimePeriod const& period) const {
    auto const at = std::find_if(cells_.begin(), cells_.end(),
                                 [&period](auto const& cell) { return cell.period == period; });
    if (at == cells_.end()) return nullptr;
    if (at != cells_.begin() && !(at - 1)->number.is_zero()) return &*(at - 1);
    if (at + 1 != cells_.end() && !(at + 1)->number.is_zero()) return &*(at + 1);
    return nullptr;
}

void CheckWatch::revised(Spot const& spot, Side const& before, Side const& after) {
    auto const was = as_double(before.digits());
    auto const is = as_double(after.digits());
    if (!is_count_ || std::abs(was - is) < sudden_minimum || factor_between(was, is) < sudden_factor) return;
    // What was wrong in the store and is put right here fits its neighbours better than before: no fault of this
    // delivery.
    if (auto const* const near = neighbour(spot.period)) {
        auto const beside = as_double(near->number);
        if (factor_between(is, beside) < factor_between(was, beside)) return;
    }
    sudden.add(spot);
}

std::optional<Decimal> CheckWatch::stored_before(TimePeriod const& period) {
    if (latest_of_ != indicator_) {
        latest_of_ = indicator_;
        latest_.clear();
        store::Query query;
        query.dataset = shop_.store.dataset_of(indicator_);
        query.indicator = indicator_;
        shop_.store.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> series) {
            auto& known = latest_[ref.area];
            for (auto const& one : series)
                if (!shop_.store.state(one.state).reason) known.emplace_back(one.period, one.number);
        });
    }
    auto const found = latest_.find(area_);
    if (found == latest_.end()) return std::nullopt;
    std::optional<Decimal> last;
    for (auto const& [when, value] : found->second)
        if (when < period) last = value;
    return last;
}

void CheckWatch::added(Spot const& spot, Side const& after) {
    if (candidates.size() >= most_candidates || spot.line == 0) return;
    auto const* const near = neighbour(spot.period);
    std::optional<Decimal> due;
    if (near != nullptr)
        due = near->number;
    else if (cells_.size() == 1)
        due = stored_before(spot.period);
    if (!due) return;
    auto const expected = as_double(*due);
    auto const is = as_double(after.digits());
    if (std::min(is, expected) < telling || factor_between(is, expected) < off_factor) return;
    candidates.push_back({spot.line, is, expected, false, spot.indicator, spot.area, spot.period});
}

std::map<std::string, std::vector<TimePeriod>> CheckWatch::absent_counties() {
    std::map<std::string, std::vector<TimePeriod>> absent;
    bool const all =
        std::find(agreement_.counties.begin(), agreement_.counties.end(), "all") != agreement_.counties.end();
    for (auto const& [period, here] : present_) {
        auto wanted = all ? shop_.areas.counties_on(period.end_day() - 1) : agreement_.counties;
        for (auto const& county : wanted) {
            if (all && !allows(agreement_, {CodeList::ags, AreaLevel::county, county})) continue;
            auto const number = counties_.find(county);
            bool const is_here =
                number != counties_.end() && number->second < here.size() && here[number->second];
            if (!is_here) absent[county].push_back(period);
        }
    }
    return absent;
}

std::vector<std::string> CheckWatch::sample(bool deleted) {
    std::vector<std::string> texts;
    for (auto const& spot : deleted ? deleted_first : revised_first) {
        texts.push_back(key_text(spot));
        if (spot.line > 0) texts.back() += ", line " + std::to_string(spot.line);
    }
    return texts;
}

std::string CheckWatch::area_key_of(store::AreaNo area) {
    return area_key(preview_.area(area));
}

std::string CheckWatch::key_text(Spot const& spot) {
    return area_key_of(spot.area) + " " + spot.period.to_sdmx() + " " +
           preview_.indicator(spot.indicator).text();
}

} // namespace gateway::intake
