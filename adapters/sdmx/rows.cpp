#include "adapters/sdmx/rows.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace adapters::sdmx {
namespace {

void append_number(std::string& out, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(number >> shift));
}

} // namespace

void Rows::data_set(DataSetInfo const& info) {
    action_ = info.action;
    data_set_.clear();
    series_.clear();
    groups_.clear();
    group_count_ = 0;
    in_series_ = seen_rows_ = told_late_ = has_group_at_observation_ = false;
    to_.data_set(info);
}

void Rows::component(std::uint32_t number, Component const& component) {
    to_.component(number, component);
    if (number < ids_.size()) {
        roles_[number] = component.role;
        return;
    }
    ids_.emplace_back(component.id);
    roles_.push_back(component.role);
    empty_codes_.push_back(UINT32_MAX);
    std::vector<std::uint32_t> order(ids_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](auto a, auto b) { return ids_[a] < ids_[b]; });
    ranks_.resize(ids_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) ranks_[order[i]] = i;
    // What was sorted keeps its order: ranks move together.
}

void Rows::code(std::uint32_t component, std::uint32_t number, std::string_view text) {
    if (text.empty()) empty_codes_[component] = number;
    to_.code(component, number, text);
}

bool Rows::says_nothing(Coded value) const noexcept {
    return empty_codes_[value.component] == value.code;
}

/// Inserts by rank, in place of what the component had.
void Rows::put(std::vector<Coded>& into, Coded value) const {
    if (says_nothing(value)) return;
    auto const rank = ranks_[value.component];
    auto place = into.end();
    while (place != into.begin() && ranks_[(place - 1)->component] > rank) --place;
    if (place != into.begin() && (place - 1)->component == value.component)
        *(place - 1) = value;
    else
        into.insert(place, value);
}

void Rows::attributes(std::span<Coded const> values) {
    for (auto const value : values) put(data_set_, value);
}

void Rows::group(std::span<Coded const> values, std::uint64_t line) {
    std::vector<Coded> key, attributes;
    for (auto const value : values) {
        auto const role = roles_[value.component];
        if (role == Role::unknown && !std::exchange(lacks_structure_, true))
            to_.issue(
                {Errc::unknown_variable,
                 Severity::error,
                 {line, 0},
                 "a group names " + ids_[value.component] +
                     ", and without the data structure nobody can tell its dimensions from its attributes",
                 "give the data structure: --dsd FILE",
                 1});
        (role == Role::dimension || role == Role::time ? key : attributes).push_back(value);
    }
    if (lacks_structure_) return;
    if (seen_rows_ && !std::exchange(told_late_, true))
        to_.issue({Errc::malformed,
                   Severity::error,
                   {line, 0},
                   "a group stands behind observations; those before it lack its attributes",
                   "ask the sender to put groups before series, as the standard says",
                   1});
    if (key.empty()) {
        for (auto const value : attributes) put(data_set_, value);
        return;
    }
    if (++group_count_ > most_groups)
        throw Error{Errc::too_large, "line " + std::to_string(line) + ": more than " +
                                         std::to_string(most_groups) + " groups in one data set"};
    auto const by_component = [](Coded a, Coded b) { return a.component < b.component; };
    std::sort(key.begin(), key.end(), by_component);
    std::vector<std::uint32_t> components;
    group_key_.clear();
    for (auto const value : key) {
        components.push_back(value.component);
        append_number(group_key_, value.code);
    }
    auto kind = std::find_if(groups_.begin(), groups_.end(),
                             [&](Groups const& groups) { return groups.key == components; });
    if (kind == groups_.end()) {
        groups_.emplace_back().key = std::move(components);
        kind = groups_.end() - 1;
    }
    auto& there = kind->attributes[group_key_];
    there.insert(there.end(), attributes.begin(), attributes.end());
}

/// Gives `into` the attributes of the group that the codes in `from` belong to. False where a code of its key
/// is not in `from`.
bool Rows::put_group(Groups const& groups, std::vector<Coded> const& from, std::vector<Coded>& into) {
    group_key_.clear();
    for (auto const component : groups.key) {
        auto const found =
            std::find_if(from.begin(), from.end(), [&](Coded value) { return value.component == component; });
        if (found == from.end()) return false;
        append_number(group_key_, found->code);
    }
    if (auto const found = groups.attributes.find(group_key_); found != groups.attributes.end())
        for (auto const value : found->second) put(into, value);
    return true;
}

void Rows::start_series(std::span<Coded const> values) {
    key_.assign(values.begin(), values.end());
    series_ = data_set_;
    has_group_at_observation_ = false;
    for (auto& groups : groups_) {
        groups.at_observation = !put_group(groups, key_, series_);
        has_group_at_observation_ = has_group_at_observation_ || groups.at_observation;
    }
    for (auto const value : values) put(series_, value);
}

void Rows::series(SeriesInfo const& info) {
    in_series_ = true;
    start_series(info.values);
}

void Rows::observation(ObservationInfo const& info) {
    if (!in_series_ && !seen_rows_) start_series({});
    seen_rows_ = true;
    row_ = series_;
    if (has_group_at_observation_) {
        auto const size = key_.size();
        key_.insert(key_.end(), info.values.begin(), info.values.end());
        // What the series itself says is nearer than its group.
        for (auto const& groups : groups_)
            if (groups.at_observation) put_group(groups, key_, row_);
        for (std::size_t i = 0; i < size; ++i) put(row_, key_[i]);
        key_.resize(size);
    }
    for (auto const value : info.values) put(row_, value);
    to_.row({row_, info.measures, action_, info.line, info.column});
}

void Rows::end_data_set() {
    in_series_ = false;
}

} // namespace adapters::sdmx
