#include "gateway/query/retention.hpp"

#include <algorithm>
#include <limits>

namespace gateway::query {
namespace {

constexpr UnixTime day_seconds = 86'400;
constexpr unsigned days_per_year = 366;

} // namespace

std::uint64_t due_for_compaction(store::Store const& store, Retention const& retention, UnixTime now) {
    constexpr auto never = std::numeric_limits<UnixTime>::min();
    auto const before = [now](std::uint64_t days) { return now - static_cast<UnixTime>(days) * day_seconds; };
    auto const by_age = retention.years == 0 ? never : before(std::uint64_t{retention.years} * days_per_year);
    auto const by_count = retention.entries == 0 ? never : before(Retention::least_days);
    if (by_age == never && by_count == never) return 0;
    auto const snapshot = store.snapshot();
    auto const last = store.last_change();
    std::uint64_t due = 0;
    store.changes(1, [&](store::ChangeBlock const& block) {
        if (block.kind == store::ChangeKind::compacted) return true;
        auto const end = block.first + block.count - 1;
        bool const is_old = block.time < by_age;
        bool const is_too_much =
            retention.entries != 0 && block.time < by_count && last - end >= retention.entries;
        if (!is_old && !is_too_much) return false;
        due = end;
        return true;
    });
    return due;
}

std::uint64_t compact_due(store::Store& store, Retention const& retention, UnixTime now) {
    auto const due = due_for_compaction(store, retention, now);
    return due == 0 ? 0 : store.compact_changes(due, now);
}

} // namespace gateway::query
