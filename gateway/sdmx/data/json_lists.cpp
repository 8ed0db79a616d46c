#include "gateway/sdmx/data/json_lists.hpp"

#include <algorithm>
#include <iterator>

namespace gateway::sdmx::data {
namespace {

constexpr std::size_t short_list = 8;

bool has_periods(std::span<Packed const> observations, std::vector<TimePeriod> const& periods) noexcept {
    if (observations.size() != periods.size()) return false;
    // Without a branch for each: there are as many as figures.
    std::uint32_t others = 0;
    for (std::size_t i = 0; i < periods.size(); ++i) {
        auto const& a = observations[i].period;
        auto const& b = periods[i];
        others |= static_cast<std::uint32_t>(a.start_day() ^ b.start_day()) |
                  static_cast<std::uint32_t>(a.end_day() ^ b.end_day()) |
                  (static_cast<std::uint32_t>(a.kind()) ^ static_cast<std::uint32_t>(b.kind()));
    }
    return others == 0;
}

} // namespace

TextList::TextList(std::vector<std::string> texts)
    : texts_(std::move(texts)), is_sorted_(std::is_sorted(texts_.begin(), texts_.end())) {
    if (is_sorted_ || texts_.size() <= short_list) return;
    for (std::size_t i = 0; i < texts_.size(); ++i)
        numbers_.emplace(texts_[i], static_cast<std::uint32_t>(i));
}

std::uint32_t TextList::number(std::string_view text) const {
    auto found = texts_.end();
    if (!numbers_.empty()) {
        if (auto const known = numbers_.find(std::string{text}); known != numbers_.end())
            return known->second;
    } else if (is_sorted_) {
        found = std::lower_bound(texts_.begin(), texts_.end(), text);
        if (found != texts_.end() && *found != text) found = texts_.end();
    } else {
        found = std::find(texts_.begin(), texts_.end(), text);
    }
    if (found == texts_.end())
        throw Error{Errc::not_found, "SDMX-JSON: '" + std::string{text} + "' is not among the values listed"};
    return static_cast<std::uint32_t>(found - texts_.begin());
}

Occurring::Occurring(query::DatasetView const& view)
    : frequencies(view.frequencies.size()), indicators(view.indicators.size()), view_(view),
      seen_areas_(view.areas->numbers.size()) {}

void Occurring::add(query::Series const& series, bool has_figures) {
    frequencies[series.frequency] = true;
    indicators[series.indicator] = true;
    // Areas mostly come in the order of the table.
    auto const& numbers = view_.areas->numbers;
    auto const is_at = [&](std::size_t i) { return i < numbers.size() && numbers[i] == series.area; };
    if (!is_at(area_at_) && !is_at(++area_at_))
        area_at_ = static_cast<std::size_t>(std::lower_bound(numbers.begin(), numbers.end(), series.area) -
                                            numbers.begin());
    if (is_at(area_at_)) seen_areas_[area_at_] = true;
    // Neighbours mostly share periods, states and vintages.
    bool const is_known = series.periods != 0 && series.periods == last_periods_no_;
    if (!is_known && !has_periods(series.observations, last_periods_)) {
        last_periods_.clear();
        for (auto const& packed : series.observations) last_periods_.push_back(packed.period);
        periods.insert(last_periods_.begin(), last_periods_.end());
    }
    last_periods_no_ = series.periods;
    if (!has_figures) return;
    for (auto const& packed : series.observations) {
        if (packed.state != last_state_ || states.empty()) states.insert(last_state_ = packed.state);
        if (packed.vintage != last_vintage_ || vintages.empty())
            vintages.insert(last_vintage_ = packed.vintage);
    }
}

std::vector<store::AreaNo> const& Occurring::areas() {
    areas_.clear();
    for (std::size_t i = 0; i < seen_areas_.size(); ++i)
        if (seen_areas_[i]) areas_.push_back(view_.areas->numbers[i]);
    return areas_;
}

std::vector<std::string> Occurring::codes(std::size_t position) {
    using View = query::DatasetView;
    std::vector<std::string> result;
    if (position == View::freq) {
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            if (frequencies[i]) result.push_back(view_.frequencies[i]);
    } else if (position == View::area) {
        for (auto const no : areas()) result.push_back(view_.areas->by_number.at(no).key);
    } else {
        auto const& own = view_.own[position - View::first_own];
        std::vector<bool> used(own.codes.size());
        for (std::size_t i = 0; i < indicators.size(); ++i)
            if (indicators[i]) used[view_.indicators[i].codes[position - View::first_own]] = true;
        for (std::size_t i = 0; i < used.size(); ++i)
            if (used[i]) result.push_back(own.codes[i]);
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

} // namespace gateway::sdmx::data
