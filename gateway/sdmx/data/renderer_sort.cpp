// Answers in an order that was asked for. Everything is read first, so that its size is limited.
#include <algorithm>

#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {

void Renderer::read_sorted(store::Store const& store) {
    auto const offset = std::exchange(selection_.offset, 0);
    auto const limit = std::exchange(selection_.limit, std::nullopt);
    for (part_ = 0; part_ < parts_.size(); ++part_) {
        open_cursor(false);
        auto const begin = recorded_.size();
        auto const keep = [&](query::Series const& series) {
            if (recorded_observations_.size() + series.observations.size() > sort_limit)
                throw common::SdmxError{common::ErrorCode::too_large,
                                        "sort: more than " + std::to_string(sort_limit) +
                                            " observations; narrow the key or the time, or leave sort out"};
            auto unordered = series;
            unordered.periods = 0; // they are put in another order, and cut
            record(unordered);
            return true;
        };
        while (cursor_->next(store, keep)) {
        }
        cursor_.reset();
        sort_part(begin);
        cut_part(begin, offset, limit);
    }
    is_recorded_ = true;
}

void Renderer::sort_part(std::size_t begin) {
    // Where a series cannot stand together, each of its observations is one of its own.
    bool const is_in_rows = options_.shown.observations && (layout_ == Layout::flat || attributes_in_rows_);
    if (is_in_rows) {
        std::vector<Recorded> single;
        for (auto const& one : std::span<Recorded const>{recorded_}.subspan(begin))
            for (std::size_t i = 0; i < one.count; ++i) {
                single.push_back(one);
                single.back().begin += i;
                single.back().count = 1;
            }
        recorded_.resize(begin);
        recorded_.insert(recorded_.end(), single.begin(), single.end());
    }
    auto const order = [&](Recorded const& a, Recorded const& b) {
        for (auto const& term : options_.sort) {
            auto const position = view_->position(term.component);
            int result = 0;
            if (position) {
                result = code_of(key_of(a.indicator, a.area, a.frequency), *position)
                             .compare(code_of(key_of(b.indicator, b.area, b.frequency), *position));
            } else if (is_in_rows) {
                auto const way =
                    recorded_observations_[a.begin].period <=> recorded_observations_[b.begin].period;
                result = way < 0 ? -1 : way > 0 ? 1 : 0;
            }
            if (result != 0) return term.is_descending ? result > 0 : result < 0;
        }
        return false;
    };
    std::stable_sort(recorded_.begin() + static_cast<std::ptrdiff_t>(begin), recorded_.end(), order);
    auto const time = std::find_if(options_.sort.begin(), options_.sort.end(),
                                   [](SortTerm const& term) { return term.component == "TIME_PERIOD"; });
    if (is_in_rows || time == options_.sort.end() || !time->is_descending) return;
    for (auto const& one : std::span<Recorded const>{recorded_}.subspan(begin)) {
        auto const series = std::span{recorded_observations_}.subspan(one.begin, one.count);
        std::reverse(series.begin(), series.end());
    }
}

/// Offset and limit count what stands in the order, not in the store.
void Renderer::cut_part(std::size_t begin, std::uint64_t offset, std::optional<std::uint64_t> limit) {
    bool const counts_series = !options_.shown.observations;
    auto left = limit.value_or(~std::uint64_t{0});
    auto keep = begin;
    for (auto at = begin; at < recorded_.size(); ++at) {
        auto one = recorded_[at];
        std::uint64_t const size = counts_series ? 1 : one.count;
        auto const skipped = std::min(offset, size);
        offset -= skipped;
        auto const count = std::min(left, size - skipped);
        left -= count;
        if (count == 0) continue;
        if (!counts_series) {
            one.begin += static_cast<std::size_t>(skipped);
            one.count = static_cast<std::size_t>(count);
        }
        recorded_[keep++] = one;
    }
    recorded_.resize(keep);
}

} // namespace gateway::sdmx::data
