// Gather: which entries of the change log are meant for a subscription, counted and not read.
//
// What changed is known from the masks of the log alone (docs/adr/0019-change-log.md), so two thousand subscriptions
// cost little more than the log itself. Values are read by whoever shows them.
//
// Former   an area stands for all that lies in it and for areas that went into it as a whole, as in the feed; one that is
//          no more also for the areas of today that hold its land, so that nobody falls silent with a reform
// Gone     where the log no longer holds what comes behind a position, the batch begins with an event of kind
//          compacted: the subscriber must take the full state. Nothing is left out silently.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/store/store.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::subscribe {

/// Adds `key` and the keys of areas that went into it as a whole, and into those.
void add_with_former(harmonize::territory::Register const& areas, std::string const& key,
                     std::set<std::string, std::less<>>& keys);

/// Whether an area is one of `keys`, lies in one, or went into one as a whole.
std::function<bool(Area const&)> belongs_to(harmonize::territory::Register const& areas,
                                            std::vector<std::string> const& keys);

/// Number of the day of a time, since 1970-01-01.
constexpr std::int32_t day_of(UnixTime time) noexcept {
    constexpr UnixTime seconds_per_day = 86'400;
    return static_cast<std::int32_t>(time / seconds_per_day);
}

/// Keys of the areas that hold on `day` what these held, without those that are in force themselves.
std::vector<std::string> areas_today(harmonize::territory::Register const& areas,
                                     std::vector<std::string> const& keys, std::int32_t day);

/// The subscription with the areas that its former ones are today: what texts and packages are for.
Subscription with_areas_today(Subscription subscription, harmonize::territory::Register const* areas,
                              std::int32_t day);

/// `day`, since 1970-01-01: on which a former area stands for its successors.
std::shared_ptr<query::ChangeFilter const>
filter_of(Subscription const& subscription, harmonize::territory::Register const& areas, std::int32_t day);

/// Of which areas of a dataset a subscriber may know; a null function: of all.
using MayKnow = std::function<std::function<bool(Area const&)>(std::string_view dataset)>;

/// The entries (behind, until]; `until` at most the last there is. Without message id, and without open().
Batch gather(store::Store const& store, std::shared_ptr<query::ChangeFilter const> const& filter,
             std::uint64_t behind, std::uint64_t until, MayKnow const& may_know = {});

inline bool is_empty(Batch const& batch) noexcept {
    return batch.changed.empty() && batch.events.empty();
}

} // namespace gateway::subscribe
