#include "gateway/harmonize/evidence.hpp"

#include <algorithm>
#include <map>

namespace gateway::harmonize {
namespace {

constexpr std::string_view total_code = "_T";
/// Beyond that only the totals of one dimension are looked at, not those of all their combinations.
constexpr std::size_t most_combined = 4;

} // namespace

TableHarmonizer::Evidence::Evidence(TableKeys const& keys)
    : keys_(keys), periods_(keys.periods().size()), group_of_(keys.areas().size()),
      measure_of_(keys.indicators().size()) {
    std::map<std::pair<AreaLevel, std::string>, std::uint32_t> groups;
    for (std::size_t i = 0; i < keys.areas().size(); ++i) {
        auto const& area = keys.areas()[i];
        auto const [found, inserted] = groups.try_emplace({area.level, std::string{land_of(area)}},
                                                          static_cast<std::uint32_t>(groups.size()));
        if (inserted) level_of_group_.push_back(area.level);
        group_of_[i] = found->second;
    }
    group_count_ = groups.size();
    std::map<std::tuple<std::string, std::string, std::string>, std::uint32_t> measures;
    for (std::size_t i = 0; i < keys.indicators().size(); ++i) {
        auto const& key = keys.indicators()[i];
        auto const [found, inserted] = measures.try_emplace(
            {std::string{key.at("MEASURE")}, std::string{key.at("UNIT")}, std::string{key.at("UNIT_MULT")}},
            static_cast<std::uint32_t>(measures.size()));
        if (inserted) measure_text_.emplace_back(key.at("MEASURE"));
        measure_of_[i] = found->second;
        is_total_.push_back(std::any_of(key.codes().begin(), key.codes().end(),
                                        [](auto const& entry) { return entry.second == total_code; }));
    }
    measures_ = measures.size();
    filled_.resize(measures_ * group_count_ * periods_);
    present_.resize(filled_.size());
    has_numbers_.resize(keys.areas().size() * periods_);
    other_than_dot_.resize(keys.areas().size());
}

void TableHarmonizer::Evidence::add(std::span<KeyedCell const> cells) {
    std::vector<std::uint8_t> traits; // 1 number, 2 dot, 4 nothing
    for (auto const& mark : keys_.marks()) {
        bool const sign = mark.kind == Cell::Kind::sign;
        traits.push_back(static_cast<std::uint8_t>(
            (mark.kind == Cell::Kind::number ? 1U : 0U) | (sign && mark.sign == "." ? 2U : 0U) |
            (sign && mark.meaning.kind == SignMeaning::Kind::nothing ? 4U : 0U)));
    }
    for (auto const& cell : cells) {
        auto const trait = traits[cell.mark];
        auto const at =
            (measure_of_[cell.indicator] * group_count_ + group_of_[cell.area]) * periods_ + cell.period;
        if (!present_[at]) present_[at] = true;
        if ((trait & 1U) != 0) {
            if (!filled_[at]) filled_[at] = true;
            auto const own = cell.area * periods_ + cell.period;
            if (!has_numbers_[own]) has_numbers_[own] = true;
        }
        if ((trait & 2U) == 0 && !other_than_dot_[cell.area]) other_than_dot_[cell.area] = true;
        if ((trait & 4U) != 0) {
            any_nothing_ = true;
            if (is_total_[cell.indicator])
                open_totals_.push_back(place(cell.indicator, cell.area, cell.period));
        }
    }
}

bool TableHarmonizer::Evidence::needs_parts() {
    auto const bare = [this](std::uint64_t at) {
        return !has_numbers_[static_cast<std::size_t>(at % (group_of_.size() * periods_))];
    };
    open_totals_.erase(std::remove_if(open_totals_.begin(), open_totals_.end(), bare), open_totals_.end());
    if (open_totals_.empty()) return false;
    std::sort(open_totals_.begin(), open_totals_.end());
    open_here_.resize(has_numbers_.size());
    for (auto const at : open_totals_)
        open_here_[static_cast<std::size_t>(at % (group_of_.size() * periods_))] = true;
    totals_.resize(measure_of_.size());
    totals_known_.resize(measure_of_.size());
    for (std::uint32_t i = 0; i < keys_.indicators().size(); ++i)
        if (is_total_[i]) numbers_.emplace(keys_.indicators()[i], i);
    return true;
}

std::vector<std::uint32_t> const& TableHarmonizer::Evidence::totals_of(std::uint32_t indicator) {
    auto& totals = totals_[indicator];
    if (totals_known_[indicator]) return totals;
    totals_known_[indicator] = true;
    auto const& key = keys_.indicators()[indicator];
    std::vector<std::string> open; // dimensions that are no total
    for (auto const& [dimension, code] : key.codes())
        if (code != total_code && dimension != "MEASURE" && dimension != "UNIT" && dimension != "UNIT_MULT")
            open.push_back(dimension);
    auto const look = [&](std::uint32_t chosen) {
        auto total = key;
        for (std::size_t i = 0; i < open.size(); ++i)
            if ((chosen >> i & 1U) != 0) total.set(open[i], std::string{total_code});
        if (auto const found = numbers_.find(total); found != numbers_.end()) totals.push_back(found->second);
    };
    if (open.size() <= most_combined)
        for (std::uint32_t chosen = 1; chosen < 1U << open.size(); ++chosen) look(chosen);
    else
        for (std::size_t i = 0; i < open.size() && i < 32; ++i) look(1U << i);
    return totals;
}

void TableHarmonizer::Evidence::add_parts(std::span<KeyedCell const> cells) {
    std::vector<bool> numbers;
    for (auto const& mark : keys_.marks()) numbers.push_back(mark.kind == Cell::Kind::number);
    for (auto const& cell : cells) {
        if (cell.mantissa == 0 || !numbers[cell.mark] || !open_here_[cell.area * periods_ + cell.period])
            continue;
        for (auto const total : totals_of(cell.indicator)) {
            auto const at = place(total, cell.area, cell.period);
            if (std::binary_search(open_totals_.begin(), open_totals_.end(), at)) contradicted_.insert(at);
        }
    }
}

bool TableHarmonizer::Evidence::contradicted(KeyedCell const& cell) const {
    return !contradicted_.empty() && contradicted_.count(place(cell.indicator, cell.area, cell.period)) != 0;
}

bool TableHarmonizer::Evidence::filled(std::uint32_t measure, std::uint32_t group,
                                       std::uint16_t period) const {
    return filled_[(measure * group_count_ + group) * periods_ + period];
}

bool TableHarmonizer::Evidence::filled_anywhere(std::uint32_t measure, AreaLevel level,
                                                std::uint16_t period) const {
    for (std::uint32_t group = 0; group < group_count_; ++group)
        if (level_of_group_[group] == level && filled(measure, group, period)) return true;
    return false;
}

bool TableHarmonizer::Evidence::has_numbers(std::uint32_t area, std::uint16_t period) const {
    return has_numbers_[area * periods_ + period];
}

bool TableHarmonizer::Evidence::covers(std::string_view measure, AreaLevel level,
                                       TimePeriod const& period) const {
    auto const& periods = keys_.periods();
    auto const found = std::find(periods.begin(), periods.end(), period);
    if (found == periods.end()) return false;
    auto const at = static_cast<std::size_t>(found - periods.begin());
    for (std::size_t m = 0; m < measures_; ++m) {
        if (measure_text_[m] != measure) continue;
        for (std::size_t g = 0; g < group_count_; ++g)
            if (level_of_group_[g] == level && present_[(m * group_count_ + g) * periods_ + at]) return true;
    }
    return false;
}

} // namespace gateway::harmonize
