#include "gateway/store/merge.hpp"

#include "gateway/store/packed.hpp"

namespace gateway::store {

bool Merger::merge(std::span<PackedObservation const> stored, std::span<PackedObservation const> delivered,
                   VintageNo vintage, Counts& counts) {
    current_.clear();
    superseded_.clear();
    undelivered_.clear();
    undelivered_stored_.clear();
    bool changed = false;
    auto old = stored.begin();
    auto const keep_before = [&](TimePeriod const* period) {
        while (old != stored.end() && (period == nullptr || old->period < *period)) {
            undelivered_.push_back(static_cast<std::uint32_t>(current_.size()));
            undelivered_stored_.push_back(static_cast<std::uint32_t>(old - stored.begin()));
            current_.push_back(*old++);
        }
    };
    for (auto const& each : delivered) {
        keep_before(&each.period);
        bool const known = old != stored.end() && old->period == each.period;
        if (known && same_content(*old, each)) {
            current_.push_back(*old++);
            ++counts.unchanged;
            continue;
        }
        current_.push_back(each);
        current_.back().vintage = vintage;
        changed = true;
        if (known) {
            superseded_.push_back(*old++);
            ++counts.revised;
        } else {
            ++counts.added;
        }
    }
    keep_before(nullptr);
    return changed;
}

} // namespace gateway::store
