#include "gateway/harmonize/territory/plan.hpp"

#include <algorithm>
#include <cmath>

#include "gateway/harmonize/territory/number.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr double exact_sum = 1e-12;
constexpr double tolerated_sum = 1e-3;

double sum_of(std::span<CrosswalkPart const> parts, Weight weight) {
    double sum = 0;
    for (auto const& part : parts) sum += part.weights[static_cast<std::size_t>(weight)];
    return sum; // NaN where one is missing
}

bool adds_up(double sum) {
    return std::abs(sum - 1) <= tolerated_sum; // false for NaN
}

/// Weights that are off by their rounding are scaled; sound ones stay bit by bit.
double scaled(double weight, double sum) {
    return std::abs(sum - 1) <= exact_sum ? weight : weight / sum;
}

} // namespace

std::string flags_text(Flags flags) {
    static constexpr std::string_view names[] = {
        "nearest_year", "off_day",      "key_repaired",   "weight_fallback", "missing_part",
        "secret_part",  "absent_part",  "double_vintage", "duplicate",       "estimated_part",
        "mixed_years",  "special_keys", "protected_part", "open_part"};
    std::string text;
    for (unsigned bit = 0; bit < std::size(names); ++bit)
        if ((std::uint32_t{flags} >> bit & 1U) != 0)
            text += (text.empty() ? "" : " ") + std::string{names[bit]};
    return text;
}

RatioSpec ratio_from(std::string_view text) {
    auto const fail = [text] {
        return Error{Errc::invalid_argument, "--ratio '" + std::string{text} +
                                                 "' is not NAME=NUMERATOR/DENOMINATOR, as in "
                                                 "turnout_pct=100*valid/voters"};
    };
    auto const equals = text.find('=');
    auto const slash = text.rfind('/');
    if (equals == std::string_view::npos || slash == std::string_view::npos || slash < equals) throw fail();
    RatioSpec spec;
    spec.name = trimmed(text.substr(0, equals));
    auto top = trimmed(text.substr(equals + 1, slash - equals - 1));
    spec.denominator = trimmed(text.substr(slash + 1));
    for (std::string_view const ending : {"_pct", "_percent", "_prozent"})
        if (spec.name.ends_with(ending)) spec.factor = 100;
    if (auto const star = top.find('*'); star != std::string_view::npos) {
        auto const factor = real_from(trimmed(top.substr(0, star)));
        if (!factor) throw fail();
        spec.factor = *factor;
        top = trimmed(top.substr(star + 1));
    }
    spec.numerator = top;
    if (spec.name.empty() || spec.numerator.empty() || spec.denominator.empty()) throw fail();
    return spec;
}

Plan::Plan(Crosswalk const& crosswalk, ConvertRequest request)
    : crosswalk_(crosswalk), request_(std::move(request)) {
    auto const count = crosswalk.new_keys.size();
    auto const cut = [this](std::string_view key) { return request_.districts ? key.substr(0, 5) : key; };
    for (std::uint32_t key = 0; key < count; ++key) {
        auto const text = crosswalk.new_keys.text(key);
        if (request_.districts && text.size() < 5)
            throw Error{Errc::invalid_argument, "--level kreise: the crosswalk leads to '" +
                                                    std::string{text} + "', which lies in no district"};
        targets_.push_back(cut(text));
    }
    std::sort(targets_.begin(), targets_.end());
    targets_.erase(std::unique(targets_.begin(), targets_.end()), targets_.end());
    target_names_.resize(targets_.size());
    for (std::uint32_t key = 0; key < count; ++key) {
        auto const text = cut(crosswalk.new_keys.text(key));
        target_of_.push_back(static_cast<std::uint32_t>(
            std::lower_bound(targets_.begin(), targets_.end(), text) - targets_.begin()));
        if (text.size() == crosswalk.new_keys.text(key).size())
            target_names_[target_of_.back()] = crosswalk.new_names[key];
    }
    usable_key_.assign(crosswalk.old_keys.size(), false);
    std::vector<bool> usable_entry(crosswalk.entry_count());
    for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key)
        for (auto entry = crosswalk.first_entry[key]; entry < crosswalk.first_entry[key + 1U]; ++entry) {
            if (!usable(entry)) continue;
            usable_entry[entry] = true;
            usable_key_[key] = true;
            auto const status = crosswalk.statuses[entry];
            if (statuses_.empty() || statuses_.back() != status) {
                auto const at = std::lower_bound(statuses_.begin(), statuses_.end(), status);
                if (at == statuses_.end() || *at != status) statuses_.insert(at, status);
            }
        }
    whole_.reserve(crosswalk.entry_count());
    for (std::uint32_t entry = 0; entry < crosswalk.entry_count(); ++entry)
        whole_.push_back(find_whole(entry));
    if (request_.mode == Mode::ags) return;
    expected_.assign(statuses_.size() * targets_.size(), 0);
    for (std::uint32_t entry = 0; entry < crosswalk.entry_count(); ++entry) {
        if (!usable_entry[entry]) continue;
        auto* const row = expected_.data() + status_index(crosswalk.statuses[entry]) * targets_.size();
        for (auto const& part : crosswalk.parts_of(entry)) ++row[target_of_[part.key]];
    }
}

bool Plan::usable(std::uint32_t entry) const noexcept {
    if (request_.mode == Mode::safe) return true;
    // The package removes rows without the chosen weight before anything else.
    for (auto const& part : crosswalk_.parts_of(entry))
        if (!std::isnan(part.weights[static_cast<std::size_t>(request_.weight)])) return true;
    return false;
}

std::uint32_t Plan::find_whole(std::uint32_t entry) const noexcept {
    auto const parts = crosswalk_.parts_of(entry);
    if (parts.size() != 1) return no_target;
    // In safe mode a single part is a merger whatever the table's rounding.
    bool const whole =
        request_.mode == Mode::safe || parts[0].weights[static_cast<std::size_t>(request_.weight)] == 1;
    return whole ? target_of_[parts[0].key] : no_target;
}

std::size_t Plan::status_index(std::int32_t status) const noexcept {
    return static_cast<std::size_t>(std::lower_bound(statuses_.begin(), statuses_.end(), status) -
                                    statuses_.begin());
}

bool Plan::knows_status(std::int32_t status) const noexcept {
    return std::binary_search(statuses_.begin(), statuses_.end(), status);
}

std::uint32_t Plan::match(std::uint32_t old_key, std::int32_t status) const noexcept {
    auto const exact = crosswalk_.entry(old_key, status);
    if (exact != Crosswalk::no_entry && (whole_[exact] != no_target || usable(exact))) return exact;
    if (!request_.nearest_year) return Crosswalk::no_entry;
    auto best = Crosswalk::no_entry;
    std::int64_t least = 0;
    for (auto entry = crosswalk_.first_entry[old_key]; entry < crosswalk_.first_entry[old_key + 1U];
         ++entry) {
        auto const away = std::abs(std::int64_t{crosswalk_.statuses[entry]} - status);
        // Ascending order: of two equally near the earlier stays.
        if (usable(entry) && (best == Crosswalk::no_entry || away < least)) {
            best = entry;
            least = away;
        }
    }
    return best;
}

Flags Plan::resolve(std::uint32_t entry, std::vector<Step>& steps) const {
    steps.clear();
    auto const parts = crosswalk_.parts_of(entry);
    auto const chosen = static_cast<std::size_t>(request_.weight);
    if (request_.mode == Mode::ags) {
        for (auto const& part : parts) {
            auto const weight = part.weights[chosen];
            if (std::isnan(weight)) continue;
            steps.push_back({target_of_[part.key], 1, weight, weight, weight, weight, weight != 1});
        }
        return 0;
    }
    if (parts.size() == 1) {
        // A merger: whatever the table's rounding, all of it goes over.
        steps.push_back({target_of_[parts[0].key], 1, 1, 1, 1, 1, false});
        return 0;
    }
    double sums[weight_count];
    for (std::size_t w = 0; w < weight_count; ++w) sums[w] = sum_of(parts, static_cast<Weight>(w));
    auto used = chosen;
    Flags flags = 0;
    if (!adds_up(sums[used])) {
        flags = flag::weight_fallback;
        used = static_cast<std::size_t>(
            request_.weight == Weight::employees && adds_up(sums[0]) ? Weight::population : Weight::area);
        if (!adds_up(sums[used])) used = static_cast<std::size_t>(Weight::population);
        if (!adds_up(sums[used])) return flags;
    }
    for (auto const& part : parts) {
        Step step{target_of_[part.key], 1, scaled(part.weights[used], sums[used]), 0, 0, 0, true};
        step.population = adds_up(sums[0]) ? scaled(part.weights[0], sums[0]) : step.weight;
        step.area = adds_up(sums[1]) ? scaled(part.weights[1], sums[1]) : step.weight;
        step.employees = adds_up(sums[2]) ? scaled(part.weights[2], sums[2]) : step.weight;
        auto const same = [&step](Step const& other) { return other.target == step.target; };
        auto const known = std::find_if(steps.begin(), steps.end(), same);
        if (known == steps.end()) {
            steps.push_back(step);
            continue;
        }
        ++known->parts;
        known->weight += step.weight;
        known->population += step.population;
        known->area += step.area;
        known->employees += step.employees;
    }
    // Divided among municipalities of one district only: on district level it is a merger.
    if (steps.size() == 1) {
        auto& only = steps.front();
        only.weight = only.population = only.area = only.employees = 1;
        only.split = false;
        flags = 0;
    }
    return flags;
}

std::span<std::uint32_t const> Plan::expected_at(std::int32_t status) const noexcept {
    if (request_.mode == Mode::ags || !knows_status(status)) return {};
    return {expected_.data() + status_index(status) * targets_.size(), targets_.size()};
}

std::uint32_t Plan::expected(std::int32_t status, std::uint32_t target) const noexcept {
    auto const all = expected_at(status);
    return all.empty() ? 0 : all[target];
}

} // namespace gateway::harmonize::territory
