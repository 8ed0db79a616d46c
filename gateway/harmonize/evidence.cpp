#include "gateway/harmonize/evidence.hpp"

#include <algorithm>
#include <map>

namespace gateway::harmonize {

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
        if ((trait & 4U) != 0) any_nothing_ = true;
    }
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
