// Cross sections: another dimension than time stands at the observation.
//
// A section has one key, so the observations that share it must be together: those of one indicator where areas are
// at the observation, those of one area otherwise. So many are kept, no more.
#include <algorithm>

#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {

void Renderer::keep_cross(query::Series const& series) {
    bool const by_indicator = options_.dimension_at_observation == "AREA";
    // What was deleted is little, and comes in the order of indicators alone: it is one heap.
    bool const is_one_heap = parts_[part_].deleted && !by_indicator;
    if (!cross_.empty() && !is_one_heap) {
        auto const& last = cross_.back();
        if (by_indicator ? last.indicator != series.indicator : last.area != series.area)
            cross_last_ = cross_.size();
    }
    for (auto const& packed : series.observations) {
        cross_.push_back({series.indicator, series.area, series.frequency, packed});
        // Later there is no cursor that knows the state.
        if (!parts_[part_].deleted) state_texts(packed.state);
    }
}

std::weak_ordering Renderer::compare_sections(CrossEntry const& a, CrossEntry const& b,
                                              std::size_t position) const {
    using View = query::DatasetView;
    if (position != View::area)
        if (auto const order = a.area <=> b.area; order != 0) return order;
    if (position < View::first_own) {
        if (auto const order = a.indicator <=> b.indicator; order != 0) return order;
    } else if (a.indicator != b.indicator) {
        auto const& left = view_->indicators[a.indicator].codes;
        auto const& right = view_->indicators[b.indicator].codes;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (i + View::first_own == position) continue;
            if (auto const order = left[i] <=> right[i]; order != 0) return order;
        }
    }
    if (position != View::freq)
        if (auto const order = a.frequency <=> b.frequency; order != 0) return order;
    return a.packed.period <=> b.packed.period;
}

bool Renderer::write_cross(Out& out) {
    auto const position = view_->position(options_.dimension_at_observation).value();
    auto const end = is_part_over_ ? cross_.size() : cross_last_;
    if (cross_sorted_ != end) {
        auto const at = [&](std::size_t i) { return cross_.begin() + static_cast<std::ptrdiff_t>(i); };
        std::sort(at(cross_sorted_), at(end), [&](CrossEntry const& a, CrossEntry const& b) {
            if (auto const order = compare_sections(a, b, position); order != 0) return order < 0;
            return code_of(key_of(a.indicator, a.area, a.frequency), position) <
                   code_of(key_of(b.indicator, b.area, b.frequency), position);
        });
        cross_sorted_ = end;
    }
    while (cross_at_ < end) {
        auto next = cross_at_ + 1;
        while (next < end && compare_sections(cross_[cross_at_], cross_[next], position) == 0) ++next;
        write_cross_section(out, std::span<CrossEntry const>{cross_}.subspan(cross_at_, next - cross_at_),
                            position);
        cross_at_ = next;
        if (out.written() >= piece_bytes) return false;
    }
    cross_.erase(cross_.begin(), cross_.begin() + static_cast<std::ptrdiff_t>(end));
    cross_at_ = cross_sorted_ = cross_last_ = 0;
    return true;
}

void Renderer::write_cross_section(Out& out, std::span<CrossEntry const> section, std::size_t position) {
    if (pass_ + 1 < passes()) {
        for (auto const& entry : section)
            listed(out, {entry.indicator, entry.area, entry.frequency, std::span{&entry.packed, 1}}, pass_);
        return;
    }
    auto const& first = section.front();
    separate_sections(out);
    scratch_.clear();
    begin_section(scratch_, key_of(first.indicator, first.area, first.frequency, &first.packed.period));
    out.append(scratch_);
    bool const is_deleted = parts_[part_].deleted;
    for (auto const& entry : section) {
        auto const key = key_of(entry.indicator, entry.area, entry.frequency);
        start_texts(key);
        Opening opening;
        make_opening(opening, options_.dimension_at_observation, code_of(key, position));
        auto const& period = periods_[period_number(entry.packed.period)];
        if (!is_deleted) prepare_texts(entry.packed);
        out.ensure(bound());
        out.advance_to(is_deleted ? put(put(out.at(), opening.deleted), deleted_end_)
                                  : write_observation(out.at(), entry.packed, opening, period));
    }
    end_section(out);
}

} // namespace gateway::sdmx::data
