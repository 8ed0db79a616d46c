#include "gateway/subscribe/gather.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "gateway/harmonize/territory/successors.hpp"
#include "gateway/store/chunk.hpp"
#include "gateway/subscribe/measures.hpp"

namespace gateway::subscribe {
namespace {

using store::ChangeKind;

bool names(std::vector<std::string> const& kinds, std::string_view kind) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// Which of 64 neighbours were added, revised, deleted.
struct RowBits {
    std::uint64_t added = 0, revised = 0, deleted = 0;
};

/// Counts what one batch tells.
class Gatherer {
  public:
    Gatherer(store::Store const& store, query::ChangeFilter const& filter, MayKnow const& may_know,
             Batch& batch)
        : store_(store), filter_(filter), may_know_(may_know), batch_(batch) {}

    void run() {
        if (batch_.behind > store_.last_change()) {
            tell_gone("the gateway was restored from an older backup; take the full state of the feed", 0);
            return;
        }
        store::ChangeScope scope;
        if (filter_.area) {
            scope.areas.emplace();
            for (auto const no : store_.areas())
                if (filter_.area(store_.area(no))) scope.areas->push_back(no);
            std::sort(scope.areas->begin(), scope.areas->end());
            areas_ = *scope.areas;
        }
        scope.datasets.assign(filter_.datasets.begin(), filter_.datasets.end());
        store_.changes_of(scope, batch_.behind + 1, [this](store::ChangeBlock const& block) {
            if (block.first > batch_.until) return false;
            if (block.kind == ChangeKind::compacted) {
                if (batch_.behind < block.first + block.count - 1)
                    tell_gone(
                        "the change log no longer holds everything since the last message; take the full "
                        "state of the feed",
                        block.time);
            } else if (block.kind == ChangeKind::data) {
                count(block);
            } else {
                tell(block);
            }
            return true;
        });
    }

  private:
    void tell_gone(char const* text, UnixTime time) {
        batch_.events.push_back({ChangeKind::compacted, {}, 0, time, text});
        batch_.time = std::max(batch_.time, time);
    }

    [[nodiscard]] bool wants(std::string const& dataset) const {
        return filter_.datasets.empty() || filter_.datasets.find(dataset) != filter_.datasets.end();
    }

    void tell(store::ChangeBlock const& block) {
        if (!filter_.all_kinds && filter_.kinds.count(block.kind) == 0) return;
        if (!block.dataset.empty() && !wants(block.dataset)) return;
        if (!door_.lets(filter_, store_, block)) return;
        batch_.events.push_back({block.kind, block.dataset, block.vintage, block.time, block.note});
        batch_.time = std::max(batch_.time, block.time);
    }

    void count(store::ChangeBlock const& block) {
        if (!wants(block.dataset) || !door_.lets(filter_, store_, block)) return;
        auto const* const about = vintage(block.dataset, block.vintage);
        auto const only = may_know_ ? may_know_(block.dataset) : std::function<bool(Area const&)>{};
        ChangedSeries found{block.dataset,
                            block.vintage,
                            block.time,
                            about != nullptr ? about->note : std::string{},
                            0,
                            0,
                            0,
                            0};
        auto number = block.first; // of the first series of the row
        for (auto const& row : block.rows) {
            auto keep = row.all();
            auto const first = number;
            number += static_cast<std::uint64_t>(std::popcount(keep));
            if (number <= batch_.behind + 1 || first > batch_.until) continue;
            keep = cut(keep, first);
            if (keep == 0 || !wanted(row.indicator)) continue;
            keep &= mask(row.first_area);
            if (only) keep &= known(row.first_area, keep, only);
            RowBits bits{row.added & keep, row.revised & keep, row.deleted & keep};
            if (has_sealed(block.dataset)) bits = without_sealed(block, row, bits);
            if (!filter_.added) bits.added = 0;
            if (!filter_.revised) bits.revised = 0;
            if (!filter_.deleted) bits.deleted = 0;
            auto const size = [](std::uint64_t set) {
                return static_cast<std::uint64_t>(std::popcount(set));
            };
            found.series += size(bits.added | bits.revised | bits.deleted);
            found.added += size(bits.added);
            found.revised += size(bits.revised);
            found.deleted += size(bits.deleted);
        }
        if (found.series == 0) return;
        batch_.time = std::max(batch_.time, found.time);
        auto* const last = batch_.changed.empty() ? nullptr : &batch_.changed.back();
        if (last == nullptr || last->dataset != found.dataset || last->vintage != found.vintage) {
            batch_.changed.push_back(std::move(found));
            return;
        }
        last->series += found.series; // a vintage is many blocks
        last->added += found.added;
        last->revised += found.revised;
        last->deleted += found.deleted;
    }

    bool has_sealed(std::string const& dataset) {
        static_cast<void>(vintage(dataset, 0));
        auto const& all = vintages_.find(dataset)->second;
        return std::any_of(all.begin(), all.end(), [](store::VintageInfo const& one) { return one.sealed; });
    }

    /// The masks tell what was written. Where something was sealed since, readers are told as if it had never been, and
    /// so must the counts be.
    RowBits without_sealed(store::ChangeBlock const& block, store::ChangedRow const& row,
                           RowBits const& keep) const {
        auto asked = row;
        asked.added = keep.added;
        asked.revised = keep.revised;
        asked.deleted = keep.deleted;
        RowBits bits;
        store_.changed(block.vintage, asked, true, [&](store::Change const& one) {
            auto const bit = std::uint64_t{1} << (one.area - row.first_area);
            (!one.after ? bits.deleted : one.before ? bits.revised : bits.added) |= bit;
        });
        return bits;
    }

    /// Of the series of a row, those numbered behind `behind` and up to `until`.
    [[nodiscard]] std::uint64_t cut(std::uint64_t bits, std::uint64_t first) const {
        auto number = first;
        std::uint64_t keep = 0;
        for (auto left = bits; left != 0; left &= left - 1, ++number)
            if (number > batch_.behind && number <= batch_.until) keep |= left & (~left + 1);
        return keep;
    }

    std::uint64_t mask(store::AreaNo first) {
        if (!filter_.area) return ~std::uint64_t{0};
        auto const found = masks_.find(first);
        if (found != masks_.end()) return found->second;
        std::uint64_t bits = 0;
        auto at = std::lower_bound(areas_.begin(), areas_.end(), first);
        for (; at != areas_.end() && *at < first + store::chunk_slots; ++at)
            bits |= std::uint64_t{1} << (*at - first);
        return masks_.emplace(first, bits).first->second;
    }

    std::uint64_t known(store::AreaNo first, std::uint64_t bits,
                        std::function<bool(Area const&)> const& only) const {
        std::uint64_t keep = 0;
        for (unsigned slot = 0; slot < store::chunk_slots; ++slot) {
            auto const bit = std::uint64_t{1} << slot;
            if ((bits & bit) != 0 && only(store_.area(first + slot))) keep |= bit;
        }
        return keep;
    }

    bool wanted(store::IndicatorNo no) {
        if (!filter_.indicator) return true;
        auto const found = indicators_.find(no);
        if (found != indicators_.end()) return found->second;
        return indicators_.emplace(no, filter_.indicator(store_.indicator(no))).first->second;
    }

    store::VintageInfo const* vintage(std::string const& dataset, VintageNo no) {
        auto const found = vintages_.try_emplace(dataset);
        if (found.second) found.first->second = store_.vintages(dataset);
        for (auto const& each : found.first->second)
            if (each.no == no) return &each;
        return nullptr;
    }

    store::Store const& store_;
    query::ChangeFilter const& filter_;
    MayKnow const& may_know_;
    Batch& batch_;
    std::vector<store::AreaNo> areas_;
    std::unordered_map<store::AreaNo, std::uint64_t> masks_;
    std::unordered_map<store::IndicatorNo, bool> indicators_;
    std::map<std::string, std::vector<store::VintageInfo>> vintages_;
    query::VintageDoor door_;
};

/// Only these and what lies in them.
std::function<bool(Area const&)> lies_in_one_of(std::set<std::string, std::less<>> keys) {
    return [keys = std::move(keys)](Area const& area) {
        return std::any_of(keys.begin(), keys.end(), [&area](std::string const& key) {
            return lies_in(area, key) || area_key(area) == key;
        });
    };
}

} // namespace

void add_with_former(harmonize::territory::Register const& areas, std::string const& key,
                     std::set<std::string, std::less<>>& keys) {
    if (!keys.insert(key).second) return;
    for (auto const& life : areas.lives(key))
        for (auto const* const event : areas.into(life)) {
            std::string const former{event->old_key};
            if (former.empty() || former == key) continue;
            auto const lives = areas.lives(former);
            // What only gave some land away lives on, and stays what it is.
            if (!lives.empty() && lives.back().last != harmonize::territory::no_end)
                add_with_former(areas, former, keys);
        }
}

std::function<bool(Area const&)> belongs_to(harmonize::territory::Register const& areas,
                                            std::vector<std::string> const& keys) {
    std::set<std::string, std::less<>> all;
    for (auto const& key : keys) add_with_former(areas, key, all);
    return lies_in_one_of(std::move(all));
}

std::vector<std::string> areas_today(harmonize::territory::Register const& areas,
                                     std::vector<std::string> const& keys, std::int32_t day) {
    std::set<std::string> all;
    for (auto const& key : keys)
        for (auto& today : harmonize::territory::successors(areas, key, day))
            if (today != key) all.insert(std::move(today));
    return {all.begin(), all.end()};
}

Subscription with_areas_today(Subscription subscription, harmonize::territory::Register const* areas,
                              std::int32_t day) {
    if (areas == nullptr) return subscription;
    for (auto& key : areas_today(*areas, subscription.areas, day))
        if (!names(subscription.areas, key)) subscription.areas.push_back(std::move(key));
    return subscription;
}

std::shared_ptr<query::ChangeFilter const>
filter_of(Subscription const& subscription, harmonize::territory::Register const& areas, std::int32_t day) {
    auto made = std::make_shared<query::ChangeFilter>();
    if (!subscription.areas.empty()) {
        std::set<std::string, std::less<>> all;
        for (auto const& key : subscription.areas) add_with_former(areas, key, all);
        for (auto& key : areas_today(areas, subscription.areas, day)) all.insert(std::move(key));
        made->area = lies_in_one_of(std::move(all));
    }
    made->datasets = {subscription.datasets.begin(), subscription.datasets.end()};
    if (!subscription.indicators.empty()) made->indicator = has_measure(subscription.indicators);
    if (auto const& kinds = subscription.kinds; !kinds.empty()) {
        bool const data = names(kinds, "data");
        made->added = data || names(kinds, "added");
        made->revised = data || names(kinds, "revised");
        made->deleted = data || names(kinds, "deleted");
        made->all_kinds = false;
        for (auto const& name : kinds)
            if (auto const kind = store::change_kind_from(name); kind && *kind != ChangeKind::data)
                made->kinds.insert(*kind);
    }
    return made;
}

Batch gather(store::Store const& store, std::shared_ptr<query::ChangeFilter const> const& filter,
             std::uint64_t behind, std::uint64_t until, MayKnow const& may_know) {
    auto const snapshot = store.snapshot(); // one state of log, vintages and values
    Batch batch;
    batch.behind = behind;
    batch.until = std::min(until, store.last_change());
    batch.filter = filter;
    Gatherer{store, *filter, may_know, batch}.run();
    return batch;
}

} // namespace gateway::subscribe
