#include "gateway/harmonize/plausibility/parts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gateway::harmonize::plausibility {
namespace {

bool listed(std::vector<std::string> const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Comparison of doubles that came from decimals: an honest difference is a millionth at least.
bool beyond(double difference, double tolerance) {
    constexpr double least = 1e-6;
    return difference > tolerance * (1 + least) + least;
}

/// Lines beyond four thousand million have none.
std::uint32_t short_line(std::uint64_t line) {
    return line > std::numeric_limits<std::uint32_t>::max() ? 0U : static_cast<std::uint32_t>(line);
}

} // namespace

PartsOfDimension::Role PartsOfDimension::role_of(std::string_view code) const {
    if (code == rule_.total) return Role::total;
    if (rule_.parts.empty()) return code.empty() ? Role::none : Role::part;
    if (listed(rule_.parts, code)) return Role::part;
    return listed(rule_.optional_parts, code) ? Role::optional_part : Role::none;
}

void PartsOfDimension::start(IndicatorKey const& indicator) {
    auto const code = indicator.at(rule_.dimension);
    role_ = rule_.speaks_of(indicator) ? role_of(code) : Role::none;
    leave_group();
    if (role_ == Role::none) return;
    multiplier_ = has_multiplier(indicator);
    auto rest = indicator;
    rest.set(rule_.dimension, rule_.total);
    auto const [at, is_new] = groups_.try_emplace(std::move(rest));
    group_ = &at->second;
    if (is_new) {
        group_->rest = &at->first;
        group_->number = static_cast<std::uint32_t>(groups_.size() - 1);
    }
    merge(*group_);
    held_ -= group_->sums.size();
    if (group_->sums.empty()) {
        group_->fresh.swap(spare_);
        group_->fresh.reserve(most_sums_);
    }
    next_ = 0;
    auto const known = std::find(codes_.begin(), codes_.end(), code);
    // More codes than can be told apart: the last name stands for all of them, in messages only.
    auto const number = std::min<std::ptrdiff_t>(known - codes_.begin(), UINT16_MAX);
    if (known == codes_.end() && codes_.size() < UINT16_MAX) codes_.emplace_back(code);
    code_ = static_cast<std::uint16_t>(
        std::min(number, static_cast<std::ptrdiff_t>(codes_.size()) - std::ptrdiff_t{1}));
}

void PartsOfDimension::leave_group() {
    if (group_ == nullptr) return;
    auto const sums = group_->sums.size() + group_->fresh.size();
    most_sums_ = std::max(most_sums_, sums);
    held_ += sums;
    group_ = nullptr;
}

void PartsOfDimension::merge(Group& group) {
    if (group.fresh.empty()) return;
    auto const before = [](PartsSum const& a, PartsSum const& b) { return a.key < b.key; };
    if (!std::is_sorted(group.fresh.begin(), group.fresh.end(), before))
        std::sort(group.fresh.begin(), group.fresh.end(), before);
    if (group.sums.empty()) {
        group.sums.swap(group.fresh);
        return;
    }
    auto const middle = static_cast<std::ptrdiff_t>(group.sums.size());
    group.sums.insert(group.sums.end(), group.fresh.begin(), group.fresh.end());
    std::inplace_merge(group.sums.begin(), group.sums.begin() + middle, group.sums.end(), before);
    group.fresh.clear();
}

/// Areas and periods mostly follow each other as they did in the indicator before.
PartsSum& PartsOfDimension::sum_of(std::uint64_t key) {
    constexpr std::size_t near = 8;
    auto& sums = group_->sums;
    if (next_ + 1 < sums.size() && sums[next_ + 1].key == key) return sums[++next_];
    for (std::size_t steps = 0; next_ < sums.size() && sums[next_].key < key; ++next_)
        if (++steps == near) {
            auto const from = sums.begin() + static_cast<std::ptrdiff_t>(next_);
            next_ = static_cast<std::size_t>(
                std::lower_bound(from, sums.end(), key,
                                 [](PartsSum const& sum, std::uint64_t wanted) { return sum.key < wanted; }) -
                sums.begin());
            break;
        }
    if (next_ > 0 && (next_ == sums.size() || sums[next_].key > key) && sums[next_ - 1].key >= key)
        next_ = static_cast<std::size_t>(
            std::lower_bound(sums.begin(), sums.end(), key,
                             [](PartsSum const& sum, std::uint64_t wanted) { return sum.key < wanted; }) -
            sums.begin());
    if (next_ < sums.size() && sums[next_].key == key) return sums[next_];
    auto& fresh = group_->fresh.emplace_back();
    fresh.key = key;
    return fresh;
}

void PartsOfDimension::add(CheckedSeries const& series) {
    constexpr unsigned period_bits = 32;
    auto const area = std::uint64_t{series.area_no} << period_bits;
    for (std::size_t i = 0; i < series.cells.size(); ++i) {
        auto const& cell = series.cells[i];
        auto& sum = sum_of(area | series.periods[i]);
        if (!cell.number) {
            if (role_ == Role::total)
                sum.has_total = 0;
            else
                sum.absent = 1;
            continue;
        }
        auto const& number = *cell.number;
        auto const width = is_exact(multiplier_, cell) ? 0.0 : half_width(rule_, multiplier_, cell);
        auto const scale = number.scale();
        if (role_ == Role::total) {
            sum.has_total = 1;
            sum.total = number.mantissa();
            sum.total_scale = scale & 31U;
            sum.total_tolerance = static_cast<float>(width);
            sum.line = short_line(cell.line);
            continue;
        }
        if (role_ == Role::part) sum.add_numbers(1);
        sum.add_cells(1);
        sum.add_to_sum(number.mantissa(), scale);
        sum.tolerance += width;
        if (!Fives::is_one(number)) sum.all_fives = 0;
        if (sum.has_largest == 0 || is_more(number, sum.largest_part())) {
            sum.has_largest = 1;
            sum.largest = number.mantissa();
            sum.largest_scale = scale & 31U;
            sum.largest_code = code_;
            sum.largest_tolerance = static_cast<float>(width);
            sum.largest_line = short_line(cell.line);
        }
    }
}

void PartsOfDimension::compare(IndicatorKey const& rest, PartsSum const& sum, Findings& findings) const {
    if (sum.has_total == 0 || sum.has_largest == 0) return;
    auto const total = sum.whole();
    auto const largest = sum.largest_part();
    auto const parts = sum.sum();
    bool const complete = sum.absent == 0 && sum.numbers == rule_.parts.size();
    if (!is_more(largest, total) &&
        (rule_.parts.empty() ||
         (complete && sum.overflow == 0 && !is_more(parts, total) && !is_more(total, parts))))
        return; // as it mostly is
    auto const& area = areas_.numbered(static_cast<std::uint32_t>(sum.key >> 32U));
    auto const& period = periods_.at(static_cast<std::uint32_t>(sum.key));
    auto const slack = as_double(rule_.slack);
    auto const cause = std::string{rest.at("MEASURE")};
    double const total_tolerance = static_cast<double>(sum.total_tolerance);
    double const room = static_cast<double>(sum.largest_tolerance) + total_tolerance + slack;
    if (beyond(as_double(largest) - as_double(total), room)) {
        auto part = rest;
        part.set(rule_.dimension, codes_[sum.largest_code]);
        findings.add(rule_, Errc::part_exceeds_whole, cause + " part", {part, area, period, sum.largest_line},
                     largest.to_string(),
                     "at most " + with_tolerance(total.to_string(), room) + ", the value of " +
                         rule_.dimension + "=" + rule_.total);
        return;
    }
    if (rule_.parts.empty() || sum.numbers == 0 || sum.overflow != 0) return;
    auto const tolerance =
        std::max(sum.tolerance + total_tolerance, Fives{sum.cells, sum.all_fives != 0}.width(total)) + slack;
    auto const difference = as_double(parts) - as_double(total);
    // Where a part has no number the others may be less than the whole, never more.
    if (!beyond(complete ? std::abs(difference) : difference, tolerance)) return;
    std::string names;
    for (auto const& part : rule_.parts) names += (names.empty() ? "" : " + ") + part;
    findings.add(rule_, Errc::total_mismatch, cause + " total", {rest, area, period, sum.line},
                 total.to_string(),
                 std::string{complete ? "" : "at least "} + with_tolerance(parts.to_string(), tolerance) +
                     ", the sum of " + names + (complete ? "" : " as far as they have numbers"));
}

void PartsOfDimension::spill() {
    if (held() == 0) return;
    runs_.begin_run();
    for (auto& [key, group] : groups_) {
        merge(group);
        runs_.add(group.number, group.sums);
        if (group.sums.capacity() > spare_.capacity()) spare_.swap(group.sums);
        std::vector<PartsSum>{}.swap(group.sums);
        std::vector<PartsSum>{}.swap(group.fresh);
    }
    spare_.clear();
    if (group_ != nullptr) group_->fresh.swap(spare_);
    held_ = 0;
    next_ = 0;
}

void PartsOfDimension::finish(Findings& findings) {
    leave_group();
    role_ = Role::none;
    if (runs_.empty()) {
        for (auto& [key, group] : groups_) {
            merge(group);
            for (auto const& sum : group.sums) compare(key, sum, findings);
        }
    } else {
        spill();
        std::vector<std::uint32_t> rank(groups_.size());
        std::vector<IndicatorKey const*> keys(groups_.size());
        std::uint32_t next = 0;
        for (auto const& [key, group] : groups_) {
            rank[group.number] = next++;
            keys[group.number] = &key;
        }
        runs_.merge(rank,
                    [&](std::uint32_t group, PartsSum const& sum) { compare(*keys[group], sum, findings); });
    }
    groups_.clear();
    held_ = 0;
}

} // namespace gateway::harmonize::plausibility
