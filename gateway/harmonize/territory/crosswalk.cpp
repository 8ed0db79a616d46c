#include "gateway/harmonize/territory/crosswalk.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace gateway::harmonize::territory {

std::string_view to_string(Weight weight) noexcept {
    constexpr std::string_view names[] = {"pop", "area", "emp"};
    return names[static_cast<std::size_t>(weight)];
}

std::optional<Weight> weight_from(std::string_view name) noexcept {
    if (name == "pop") return Weight::population;
    if (name == "area" || name == "size") return Weight::area;
    if (name == "emp") return Weight::employees;
    return std::nullopt;
}

std::uint32_t Crosswalk::entry(std::uint32_t old_key, std::int32_t at) const noexcept {
    auto const begin = first_entry[old_key];
    auto const end = first_entry[old_key + 1];
    if (begin == end) return no_entry;
    // Years mostly follow each other without a gap.
    auto const guess = std::int64_t{begin} + at - statuses[begin];
    if (guess >= begin && guess < end && statuses[static_cast<std::size_t>(guess)] == at)
        return static_cast<std::uint32_t>(guess);
    auto const found = std::lower_bound(statuses.begin() + begin, statuses.begin() + end, at);
    if (found == statuses.begin() + end || *found != at) return no_entry;
    return static_cast<std::uint32_t>(found - statuses.begin());
}

std::vector<std::int32_t> Crosswalk::all_statuses() const {
    auto all = statuses;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::uint32_t CrosswalkBuilder::source(CrosswalkSource source) {
    result_.sources.push_back(std::move(source));
    return static_cast<std::uint32_t>(result_.sources.size() - 1);
}

void CrosswalkBuilder::reserve(std::size_t rows) {
    rows_.reserve(rows);
}

void CrosswalkBuilder::add(std::int32_t status, std::string_view old_key, std::string_view new_key,
                           CrosswalkPart part, PartSize const& size, std::string_view old_name,
                           std::string_view new_name) {
    auto const old_number = result_.old_keys.intern(old_key);
    part.key = result_.new_keys.intern(new_key);
    if (!old_name.empty()) {
        if (result_.old_names.size() <= old_number) result_.old_names.resize(old_number + 1U);
        if (result_.old_names[old_number] != old_name) result_.old_names[old_number] = old_name;
    }
    if (!new_name.empty()) {
        if (result_.new_names.size() <= part.key) result_.new_names.resize(part.key + 1U);
        if (result_.new_names[part.key].empty()) result_.new_names[part.key] = new_name;
    }
    bool const sized = !std::isnan(size[0]) || !std::isnan(size[1]) || !std::isnan(size[2]);
    if (sized && !has_sizes_) {
        has_sizes_ = true;
        sizes_.assign(rows_.size(), PartSize{no_weight, no_weight, no_weight});
    }
    if (has_sizes_) sizes_.push_back(size);
    rows_.push_back({old_number, status, part});
}

Crosswalk CrosswalkBuilder::finish() {
    auto& out = result_;
    auto const keys = out.old_keys.size();
    out.old_names.resize(keys);
    out.new_names.resize(out.new_keys.size());
    // Counting sort by key keeps the order of statuses that tables have; what is not in order is sorted.
    std::vector<std::uint32_t> first(keys + 1U, 0);
    for (auto const& row : rows_) ++first[row.old_key + 1U];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> order(rows_.size());
    auto next = first;
    for (std::uint32_t i = 0; i < rows_.size(); ++i) order[next[rows_[i].old_key]++] = i;
    auto const before = [this](std::uint32_t a, std::uint32_t b) {
        return rows_[a].status < rows_[b].status;
    };
    out.parts.reserve(rows_.size());
    if (has_sizes_) out.sizes.reserve(rows_.size());
    for (std::uint32_t key = 0; key < keys; ++key) {
        auto const begin = order.begin() + first[key];
        auto const end = order.begin() + first[key + 1U];
        if (!std::is_sorted(begin, end, before)) std::stable_sort(begin, end, before);
        out.first_entry.push_back(out.entry_count());
        for (auto at = begin; at != end; ++at) {
            auto const& row = rows_[*at];
            if (at == begin || out.statuses.back() != row.status) {
                out.statuses.push_back(row.status);
                out.first_part.push_back(static_cast<std::uint32_t>(out.parts.size()));
            }
            auto const same = [&row](CrosswalkPart const& part) { return part.key == row.part.key; };
            if (std::any_of(out.parts.begin() + out.first_part.back(), out.parts.end(), same)) {
                out.issues.push_back(
                    {Errc::duplicate_key,
                     Severity::warning,
                     {row.part.row, 0},
                     "status " + std::to_string(row.status) + ": " + std::string{out.old_keys.text(key)} +
                         " to " + std::string{out.new_keys.text(row.part.key)} + " stands there twice",
                     "the first row is used; repair the table",
                     1});
                continue;
            }
            out.parts.push_back(row.part);
            if (has_sizes_) out.sizes.push_back(sizes_[*at]);
        }
    }
    out.first_entry.push_back(out.entry_count());
    out.first_part.push_back(static_cast<std::uint32_t>(out.parts.size()));
    rows_ = {};
    sizes_ = {};
    return std::move(result_);
}

namespace {

void take_sources(CrosswalkBuilder& builder, Crosswalk const& crosswalk) {
    for (auto const& source : crosswalk.sources) builder.source(source);
    auto& issues = builder.result().issues;
    issues.insert(issues.end(), crosswalk.issues.begin(), crosswalk.issues.end());
}

PartSize size_of(Crosswalk const& crosswalk, std::uint32_t part) {
    return crosswalk.sizes.empty() ? PartSize{no_weight, no_weight, no_weight} : crosswalk.sizes[part];
}

/// 1 x NaN is 1: an area that goes over whole needs no weight.
double product(double a, double b, bool whole) {
    return whole && std::isnan(b) ? a : a * b;
}

struct Joined {
    CrosswalkPart part; ///< its key is one of the last table
    PartSize size;
};

/// Parts that were apart in between and end in one area are one part.
void join(std::vector<Joined>& parts, Joined const& more) {
    for (auto& known : parts) {
        if (known.part.key != more.part.key) continue;
        for (std::size_t w = 0; w < weight_count; ++w) {
            known.part.weights[w] += more.part.weights[w];
            known.size[w] += more.size[w];
        }
        return;
    }
    parts.push_back(more);
}

} // namespace

Crosswalk chained(Crosswalk const& first, Crosswalk const& then) {
    if (first.status != then.status || !first.target)
        throw Error{Errc::invalid_argument, "the target status of " +
                                                (first.sources.empty() ? std::string{"the first crosswalk"}
                                                                       : first.sources.front().name) +
                                                " is not known, so nothing can follow it; give its year in "
                                                "the file name (kreise_2020.csv) or a column year_to"};
    CrosswalkBuilder builder{first.status};
    builder.result().target = then.target;
    builder.result().target_name = then.target_name;
    take_sources(builder, first);
    auto const shift = static_cast<std::uint32_t>(first.sources.size());
    take_sources(builder, then);
    std::set<std::int32_t> taken;
    bool linked = false;
    std::vector<Joined> joined;
    for (std::uint32_t old = 0; old < first.old_keys.size(); ++old) {
        for (auto entry = first.first_entry[old]; entry < first.first_entry[old + 1U]; ++entry) {
            // Rows that only say "it is there already" are replaced by those of the step that follows.
            if (first.statuses[entry] == *first.target) continue;
            taken.insert(first.statuses[entry]);
            joined.clear();
            for (auto p = first.first_part[entry]; p < first.first_part[entry + 1U]; ++p) {
                auto const& part = first.parts[p];
                auto const middle_key = first.new_keys.text(part.key);
                auto const middle = then.old_keys.find(middle_key);
                auto const next = middle ? then.entry(*middle, *first.target) : Crosswalk::no_entry;
                if (next == Crosswalk::no_entry) {
                    builder.result().issues.push_back({Errc::unknown_area,
                                                       Severity::warning,
                                                       {part.row, 0},
                                                       "the table that follows does not know " +
                                                           std::string{middle_key} + " at status " +
                                                           std::to_string(*first.target),
                                                       "areas that lead to it are left out",
                                                       1});
                    continue;
                }
                linked = true;
                auto const whole = then.first_part[next + 1U] - then.first_part[next] == 1;
                for (auto q = then.first_part[next]; q < then.first_part[next + 1U]; ++q) {
                    Joined joint{part, size_of(first, p)};
                    joint.part.key = then.parts[q].key;
                    for (std::size_t w = 0; w < weight_count; ++w) {
                        joint.part.weights[w] = product(part.weights[w], then.parts[q].weights[w], whole);
                        joint.size[w] = product(joint.size[w], then.parts[q].weights[w], whole);
                    }
                    join(joined, joint);
                }
            }
            for (auto const& [part, size] : joined)
                builder.add(first.statuses[entry], first.old_keys.text(old), then.new_keys.text(part.key),
                            part, size, first.old_names[old], then.new_names[part.key]);
        }
    }
    if (!linked && !taken.empty())
        throw Error{Errc::invalid_argument, "no table leads on from status " + std::to_string(*first.target)};
    for (std::uint32_t old = 0; old < then.old_keys.size(); ++old)
        for (auto entry = then.first_entry[old]; entry < then.first_entry[old + 1U]; ++entry) {
            if (taken.count(then.statuses[entry]) != 0) continue;
            for (auto q = then.first_part[entry]; q < then.first_part[entry + 1U]; ++q) {
                auto part = then.parts[q];
                part.source += shift;
                builder.add(then.statuses[entry], then.old_keys.text(old), then.new_keys.text(part.key), part,
                            size_of(then, q), then.old_names[old], then.new_names[part.key]);
            }
        }
    return builder.finish();
}

} // namespace gateway::harmonize::territory
