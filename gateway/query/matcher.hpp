// Matcher: a selection turned into numbers and bits, so that a series or observation is judged without text.
// Internal to gateway/query.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "gateway/query/cursor.hpp"

namespace gateway::query {

class Matcher {
  public:
    /// \throws Error invalid_argument naming component and value
    Matcher(DatasetView const& view, Selection const& selection);

    /// Numbers of indicators that some pattern wants, ascending.
    [[nodiscard]] std::vector<store::IndicatorNo> const& indicators() const noexcept { return indicators_; }
    /// Areas that some pattern wants, ascending; nothing = all.
    [[nodiscard]] std::optional<std::vector<store::AreaNo>> const& areas() const noexcept { return areas_; }
    /// A bit for each wanted frequency of a series; 0 = not wanted at all.
    [[nodiscard]] std::uint32_t frequencies(std::uint32_t indicator, store::AreaNo area) const;
    [[nodiscard]] bool all_frequencies(std::uint32_t bits) const noexcept { return bits == all_; }

    /// True where observations need to be looked at one by one.
    [[nodiscard]] bool judges_observations() const noexcept {
        return begin_ || end_ || !on_time_.empty() || judges_figures();
    }
    /// True where more than the period of an observation matters.
    [[nodiscard]] bool judges_figures() const noexcept {
        return !on_state_.empty() || !on_number_.empty() || !on_vintage_.empty();
    }
    [[nodiscard]] bool wants_period(TimePeriod const& period);
    [[nodiscard]] bool wants_figure(store::PackedObservation const& observation, store::State const& state);

  private:
    struct Pattern {
        std::vector<bool> indicators;                    ///< by index
        std::optional<std::vector<store::AreaNo>> areas; ///< ascending; nothing = all
        std::uint32_t frequencies = 0;
    };
    void add_pattern(KeyPattern const& wanted);
    void add_filter(Filter const& filter);
    void restrict_areas(std::vector<store::AreaNo> const& areas);
    void finish();
    template <typename TextOf>
    void restrict_indicators(Filter const& filter, TextOf const& text_of);
    [[nodiscard]] bool judge_state(store::State const& state) const;
    [[nodiscard]] bool judge_time(TimePeriod const& period) const;

    DatasetView const& view_;
    std::vector<Pattern> patterns_;
    std::vector<store::IndicatorNo> indicators_;
    std::optional<std::vector<store::AreaNo>> areas_;
    std::uint32_t all_ = 0;
    std::optional<std::int32_t> begin_, end_; ///< days; end exclusive
    std::vector<Filter> on_time_, on_state_, on_number_, on_vintage_;
    std::map<TimePeriod, bool> times_;
    std::vector<std::uint8_t> states_; ///< by number: 0 = not judged, 1 = no, 2 = yes
};

} // namespace gateway::query
