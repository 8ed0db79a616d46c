// Counties against their Land, Länder against Germany, and counties that are missing.
#include "gateway/harmonize/plausibility/relations.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::harmonize::plausibility {
namespace {

constexpr std::size_t land_digits = 2;
constexpr std::size_t most_named = 5;

bool beyond(double difference, double tolerance) {
    return difference > tolerance + 1e-6;
}

/// 1 to 16 for the keys of a Land and of what lies in it; 0 for anything else.
std::size_t land_number(std::string_view key) {
    if (key.size() < land_digits || key[0] < '0' || key[0] > '1' || key[1] < '0' || key[1] > '9') return 0;
    auto const number = static_cast<std::size_t>(key[0] - '0') * 10 + static_cast<std::size_t>(key[1] - '0');
    return number <= 16 ? number : 0;
}

std::string land_key(std::size_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// A sum of rounded parts is itself shown with their digits.
std::string text_of(DecimalSum const& sum) {
    return sum.to_string().value_or("more than can be added up");
}

} // namespace

bool LevelsOfAreas::is_wanted(Area const& area) const noexcept {
    if ((levels_rule_ == nullptr && areas_rule_ == nullptr) || area.list != CodeList::ags) return false;
    return area.level == AreaLevel::country || area.level == AreaLevel::land ||
           area.level == AreaLevel::county;
}

void LevelsOfAreas::start(IndicatorKey const& indicator, Findings& findings) {
    flush(findings);
    indicator_ = indicator;
    multiplier_ = has_multiplier(indicator);
    levels_rule_ = areas_rule_ = nullptr;
    for (auto const& rule : rules_.rules) {
        if (rule.kind != Rule::Kind::levels && rule.kind != Rule::Kind::areas) continue;
        if (!rule.speaks_of(indicator)) continue;
        (rule.kind == Rule::Kind::levels ? levels_rule_ : areas_rule_) = &rule;
    }
    present_ = areas_rule_ == nullptr ? nullptr : &presents_[std::string{indicator.at("MEASURE")}];
}

void LevelsOfAreas::add(CheckedSeries const& series) {
    auto const land = land_number(series.area.code);
    auto const level = series.area.level;
    if (level != AreaLevel::country && land == 0) return;
    for (std::size_t i = 0; i < series.cells.size(); ++i) {
        auto const& cell = series.cells[i];
        auto const period = series.periods[i];
        if (level != AreaLevel::county) put(0, level == AreaLevel::country, period, cell);
        if (level != AreaLevel::country) put(land, level == AreaLevel::land, period, cell);
    }
    if (level == AreaLevel::county && present_ != nullptr) see(land, series);
}

void LevelsOfAreas::put(std::size_t land, bool is_total, std::uint32_t period, CheckedCell const& cell) {
    // Not there at that time: neither a part nor a gap.
    if (cell.reason == MissingReason::no_territory) return;
    auto const place = period * lands + land;
    if (nodes_.size() <= place) nodes_.resize((period + 1) * lands);
    auto& node = nodes_[place];
    if (!node.used) {
        node.used = true;
        used_.push_back(static_cast<std::uint32_t>(place));
    }
    auto const width = levels_rule_ == nullptr ? 0 : half_width(*levels_rule_, multiplier_, cell);
    if (is_total) {
        node.total = cell.number;
        node.total_tolerance = width;
        node.line = cell.line;
        return;
    }
    ++node.there;
    if (!cell.number) {
        node.absent = true;
        return;
    }
    node.parts.add(*cell.number);
    node.tolerance += width;
    node.fives.see(*cell.number);
}

void LevelsOfAreas::see(std::size_t land, CheckedSeries const& series) {
    county_slot_.try_emplace(series.area.code, series.area_slot);
    for (auto const period : series.periods) {
        auto const place = period * lands + land;
        if (present_->places.size() <= place) {
            present_->places.resize((period + 1) * lands);
            present_->counties.resize(period + 1);
        }
        auto& first = present_->places[place];
        if (first.rule == nullptr) {
            first.rule = areas_rule_;
            first.indicator = indicator_;
        }
        auto& counties = present_->counties[period];
        if (counties.size() <= series.area_slot) counties.resize(series.area_slot + 1);
        counties[series.area_slot] = true;
    }
}

std::vector<std::string> const& LevelsOfAreas::counties_on(std::int32_t day) {
    auto const [at, is_new] = counties_.try_emplace(day);
    if (is_new && surroundings_.counties_on) at->second = surroundings_.counties_on(day);
    return at->second;
}

std::size_t LevelsOfAreas::county_count(std::int32_t day, std::size_t land) {
    auto const [at, is_new] = county_counts_.try_emplace(day);
    if (is_new)
        for (auto const& county : counties_on(day)) ++at->second.at(land_number(county));
    return at->second.at(land);
}

void LevelsOfAreas::finish(Findings& findings) {
    flush(findings);
    for (auto const& [measure, present] : presents_) {
        std::vector<std::uint32_t> periods(present.counties.size());
        for (std::uint32_t i = 0; i < periods.size(); ++i) periods[i] = i;
        std::sort(periods.begin(), periods.end(),
                  [this](auto a, auto b) { return periods_.at(a) < periods_.at(b); });
        for (std::size_t land = 1; land < lands; ++land)
            for (auto const period : periods)
                if (present.places[period * lands + land].rule != nullptr)
                    report(measure, land, period, present, findings);
    }
    presents_.clear();
    present_ = nullptr;
}

void LevelsOfAreas::report(std::string const& measure, std::size_t land, std::uint32_t period,
                           Present const& present, Findings& findings) {
    auto const& place = present.places[period * lands + land];
    auto const& seen = present.counties[period];
    auto const key = land_key(land);
    std::size_t expected = 0;
    std::size_t gaps = 0;
    std::string missing;
    for (auto const& county : counties_on(periods_.at(period).end_day() - 1)) {
        if (!county.starts_with(key)) continue;
        ++expected;
        auto const number = county_slot_.find(county);
        if (number != county_slot_.end() && number->second < seen.size() && seen[number->second]) continue;
        if (++gaps <= most_named) missing += (missing.empty() ? "" : ", ") + county;
    }
    // A selection of counties is no gap.
    if (gaps == 0 || gaps * 2 > expected) return;
    if (gaps > most_named) missing += " and " + std::to_string(gaps - most_named) + " more";
    findings.add(*place.rule, Errc::incomplete, measure + " " + key + missing,
                 {place.indicator, {CodeList::ags, AreaLevel::land, key}, periods_.at(period), 0},
                 std::to_string(expected - gaps) + " of " + std::to_string(expected) + " counties",
                 "all that existed then; missing: " + missing);
}

void LevelsOfAreas::compare(std::size_t land, TimePeriod const& period, Node const& node,
                            Findings& findings) {
    if (!node.total || node.there == 0) return;
    auto const parts = node.parts.to_decimal();
    if (!parts) return;
    std::size_t const expected = land == 0 ? 16 : county_count(period.end_day() - 1, land);
    bool const complete = !node.absent && node.there >= expected && expected > 0;
    auto const tolerance = std::max(node.tolerance + node.total_tolerance, node.fives.width(*node.total)) +
                           as_double(levels_rule_->slack);
    auto const difference = as_double(*parts) - as_double(*node.total);
    if (!beyond(complete ? std::abs(difference) : difference, tolerance)) return;
    Area const whole = land == 0 ? Area{CodeList::ags, AreaLevel::country, "DG"}
                                 : Area{CodeList::ags, AreaLevel::land, land_key(land)};
    findings.add(*levels_rule_, Errc::total_mismatch, std::string{indicator_.at("MEASURE")},
                 {indicator_, whole, period, node.line}, node.total->to_string(),
                 std::string{complete ? "" : "at least "} + with_tolerance(text_of(node.parts), tolerance) +
                     ", the sum of " + std::to_string(node.there) + (land == 0 ? " Länder" : " counties"));
}

void LevelsOfAreas::flush(Findings& findings) {
    if (levels_rule_ != nullptr) {
        std::sort(used_.begin(), used_.end(), [this](std::uint32_t a, std::uint32_t b) {
            if (a % lands != b % lands) return a % lands < b % lands;
            return periods_.at(static_cast<std::uint32_t>(a / lands)) <
                   periods_.at(static_cast<std::uint32_t>(b / lands));
        });
        for (auto const place : used_)
            compare(place % lands, periods_.at(static_cast<std::uint32_t>(place / lands)), nodes_[place],
                    findings);
    }
    for (auto const place : used_) nodes_[place] = Node{};
    used_.clear();
}

} // namespace gateway::harmonize::plausibility
