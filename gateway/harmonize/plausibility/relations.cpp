#include "gateway/harmonize/plausibility/relations.hpp"

#include <algorithm>
#include <cmath>

#include "gateway/harmonize/plausibility/tolerance.hpp"

namespace gateway::harmonize::plausibility {
namespace {

constexpr std::size_t land_digits = 2;
constexpr std::size_t most_named = 5;

bool listed(std::vector<std::string> const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Comparison of doubles that came from decimals: an honest difference is a millionth at least.
bool beyond(double difference, double tolerance) {
    return difference > tolerance + 1e-6;
}

/// Multipliers and digits cut: a sum of rounded parts is itself shown with their digits.
std::string text_of(DecimalSum const& sum) {
    return sum.to_string().value_or("more than can be added up");
}

} // namespace

PartsOfDimension::Role PartsOfDimension::role_of(std::string_view code) const {
    if (code == rule_.total) return Role::total;
    if (rule_.parts.empty()) return code.empty() ? Role::none : Role::part;
    if (listed(rule_.parts, code)) return Role::part;
    return listed(rule_.optional_parts, code) ? Role::optional_part : Role::none;
}

void PartsOfDimension::add(IndicatorKey const& indicator, Area const& area,
                           std::span<CheckedCell const> cells) {
    if (indicator != last_ || group_ == nullptr) {
        last_ = indicator;
        auto const code = indicator.at(rule_.dimension);
        role_ = rule_.speaks_of(indicator) ? role_of(code) : Role::none;
        if (role_ != Role::none) {
            auto rest = indicator;
            rest.set(rule_.dimension, rule_.total);
            group_ = &groups_[rest];
            group_->rest = std::move(rest);
            code_ = &codes_.try_emplace(std::string{code}, 0).first->first;
        }
    }
    if (role_ == Role::none) return;
    for (auto const& cell : cells) {
        auto& sum = group_->sums[{area, cell.period}];
        auto const width = half_width(rule_, indicator, cell);
        if (role_ == Role::total) {
            sum.total = cell.number;
            sum.total_tolerance = width;
            sum.line = cell.line;
            continue;
        }
        if (!cell.number) {
            sum.absent = true;
            continue;
        }
        if (role_ == Role::part) ++sum.numbers;
        sum.parts.add(*cell.number);
        sum.tolerance += width;
        sum.fives.see(*cell.number);
        if (!sum.largest || *cell.number > *sum.largest) {
            sum.largest = cell.number;
            sum.largest_code = code_;
            sum.largest_tolerance = width;
            sum.largest_line = cell.line;
        }
    }
}

void PartsOfDimension::compare(Group const& group, Area const& area, TimePeriod const& period, Sum const& sum,
                               Findings& findings) const {
    if (!sum.total || !sum.largest) return;
    auto const slack = as_double(rule_.slack);
    auto const total = as_double(*sum.total);
    auto const cause = std::string{group.rest.at("MEASURE")};
    auto const room = sum.largest_tolerance + sum.total_tolerance + slack;
    if (beyond(as_double(*sum.largest) - total, room)) {
        auto part = group.rest;
        part.set(rule_.dimension, *sum.largest_code);
        findings.add(rule_, Errc::part_exceeds_whole, cause + " part", {part, area, period, sum.largest_line},
                     sum.largest->to_string(),
                     "at most " + with_tolerance(sum.total->to_string(), room) + ", the value of " +
                         rule_.dimension + "=" + rule_.total);
        return;
    }
    if (rule_.parts.empty() || sum.numbers == 0) return;
    auto const parts = sum.parts.to_decimal();
    if (!parts) return;
    auto const tolerance = std::max(sum.tolerance + sum.total_tolerance, sum.fives.width(*sum.total)) + slack;
    auto const difference = as_double(*parts) - total;
    // Where a part has no number the others may be less than the whole, never more.
    bool const complete = !sum.absent && sum.numbers == rule_.parts.size();
    if (!beyond(complete ? std::abs(difference) : difference, tolerance)) return;
    std::string names;
    for (auto const& part : rule_.parts) names += (names.empty() ? "" : " + ") + part;
    findings.add(rule_, Errc::total_mismatch, cause + " total", {group.rest, area, period, sum.line},
                 sum.total->to_string(),
                 std::string{complete ? "" : "at least "} + with_tolerance(text_of(sum.parts), tolerance) +
                     ", the sum of " + names + (complete ? "" : " as far as they have numbers"));
}

void PartsOfDimension::finish(Findings& findings) {
    for (auto const& [key, group] : groups_)
        for (auto const& [place, sum] : group.sums) compare(group, place.first, place.second, sum, findings);
    groups_.clear();
    group_ = nullptr;
}

void LevelsOfAreas::add(IndicatorKey const& indicator, Area const& area, std::span<CheckedCell const> cells,
                        Findings& findings) {
    if (indicator != indicator_) {
        flush(findings);
        indicator_ = indicator;
        levels_rule_ = areas_rule_ = nullptr;
        for (auto const& rule : rules_.rules) {
            if (!rule.speaks_of(indicator)) continue;
            if (rule.kind == Rule::Kind::levels) levels_rule_ = &rule;
            if (rule.kind == Rule::Kind::areas) areas_rule_ = &rule;
        }
        wanted_ = levels_rule_ != nullptr || areas_rule_ != nullptr;
    }
    if (!wanted_ || area.list != CodeList::ags) return;
    for (auto const& cell : cells) switch (area.level) {
        case AreaLevel::country: put("", area, cell); break;
        case AreaLevel::land:
            put("", area, cell);
            put(area.code, area, cell);
            break;
        case AreaLevel::county:
            put(area.code.substr(0, land_digits), area, cell);
            see(area, cell);
            break;
        default: break;
        }
}

void LevelsOfAreas::put(std::string const& parent, Area const& area, CheckedCell const& cell) {
    // Not there at that time: neither a part nor a gap.
    if (cell.reason == MissingReason::no_territory) return;
    auto& node = nodes_[{parent, cell.period}];
    bool const is_total = parent.empty() ? area.level == AreaLevel::country : area.level == AreaLevel::land;
    auto const width = levels_rule_ == nullptr ? 0 : half_width(*levels_rule_, indicator_, cell);
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

void LevelsOfAreas::see(Area const& area, CheckedCell const& cell) {
    if (areas_rule_ == nullptr) return;
    auto& present =
        present_[{std::string{indicator_.at("MEASURE")}, area.code.substr(0, land_digits), cell.period}];
    if (present.rule == nullptr) {
        present.rule = areas_rule_;
        present.indicator = indicator_;
    }
    present.counties.insert(area.code);
}

std::vector<std::string> const& LevelsOfAreas::counties_on(std::int32_t day) {
    auto const [at, is_new] = counties_.try_emplace(day);
    if (is_new && surroundings_.counties_on) at->second = surroundings_.counties_on(day);
    return at->second;
}

void LevelsOfAreas::finish(Findings& findings) {
    flush(findings);
    for (auto const& [place, present] : present_) {
        auto const& [measure, land, period] = place;
        std::size_t expected = 0;
        std::size_t gaps = 0;
        std::string missing;
        for (auto const& county : counties_on(period.end_day() - 1)) {
            if (county.compare(0, land.size(), land) != 0) continue;
            ++expected;
            if (present.counties.count(county) != 0) continue;
            if (++gaps <= most_named) missing += (missing.empty() ? "" : ", ") + county;
        }
        // A selection of counties is no gap.
        if (gaps == 0 || gaps * 2 > expected) continue;
        if (gaps > most_named) missing += " and " + std::to_string(gaps - most_named) + " more";
        findings.add(*present.rule, Errc::incomplete, measure + " " + land + missing,
                     {present.indicator, {CodeList::ags, AreaLevel::land, land}, period, 0},
                     std::to_string(expected - gaps) + " of " + std::to_string(expected) + " counties",
                     "all that existed then; missing: " + missing);
    }
    present_.clear();
}

void LevelsOfAreas::compare(std::string const& parent, TimePeriod const& period, Node const& node,
                            Findings& findings) {
    if (!node.total || node.there == 0) return;
    auto const parts = node.parts.to_decimal();
    if (!parts) return;
    std::size_t expected = parent.empty() ? 16 : 0;
    if (!parent.empty())
        for (auto const& county : counties_on(period.end_day() - 1))
            if (county.starts_with(parent)) ++expected;
    bool const complete = !node.absent && node.there >= expected && expected > 0;
    auto const tolerance = std::max(node.tolerance + node.total_tolerance, node.fives.width(*node.total)) +
                           as_double(levels_rule_->slack);
    auto const difference = as_double(*parts) - as_double(*node.total);
    if (!beyond(complete ? std::abs(difference) : difference, tolerance)) return;
    Area const whole = parent.empty() ? Area{CodeList::ags, AreaLevel::country, "DG"}
                                      : Area{CodeList::ags, AreaLevel::land, parent};
    findings.add(*levels_rule_, Errc::total_mismatch, std::string{indicator_.at("MEASURE")},
                 {indicator_, whole, period, node.line}, node.total->to_string(),
                 std::string{complete ? "" : "at least "} + with_tolerance(text_of(node.parts), tolerance) +
                     ", the sum of " + std::to_string(node.there) +
                     (parent.empty() ? " Länder" : " counties"));
}

void LevelsOfAreas::flush(Findings& findings) {
    for (auto const& [place, node] : nodes_) {
        auto const& [parent, period] = place;
        if (levels_rule_ != nullptr) compare(parent, period, node, findings);
    }
    nodes_.clear();
}

} // namespace gateway::harmonize::plausibility
