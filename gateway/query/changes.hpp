// Changes: the change log of a store for one reader, some entries at a time; before it, on demand, the full state.
//
// Order    entries come in the order of the log. A full state is told dataset by dataset, as of the entry that was
//          the last when it began; the changes go on behind it.
// Place    a plain value that says how far a reader is. It can be taken up at any time, by any Store of the same file
//          or of a copy of it.
// State    the set of all figures that the filter lets through when the entries up to a place are in, as a SHA-256
//          over lines; docs/feed.md says how a reader computes the same from its copy.
// Memory   one row of 64 neighbouring series; for the state, one indicator
// Errors   gone where the log no longer holds what comes behind a place; otherwise as gateway/store/store.hpp
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::query {

/// What a reader wants to know of.
struct ChangeFilter {
    std::function<bool(Area const&)> area;              ///< nothing = every area
    std::set<std::string, std::less<>> datasets;        ///< empty = all
    std::function<bool(IndicatorKey const&)> indicator; ///< nothing = every indicator
    bool added = true, revised = true, deleted = true;
    /// Of which vintages changes and recalls are told; nothing = of every one. The state knows no such limit.
    std::function<bool(store::Store const&, std::string_view dataset, VintageNo)> vintage;
    std::set<store::ChangeKind> kinds;       ///< of entries without figures; empty = all
    bool all_kinds = true;                   ///< false: `kinds` says which
    std::uint64_t until = ~std::uint64_t{0}; ///< of the changes: no entry behind this one is told
    /// areas_in(), from whoever remembers it; called while the store stands still.
    std::function<std::shared_ptr<std::vector<store::AreaNo> const>(store::Store const&)> areas;
};

/// Asks ChangeFilter::vintage once for the many blocks of a vintage.
class VintageDoor {
  public:
    bool lets(ChangeFilter const& filter, store::Store const& store, store::ChangeBlock const& block);

  private:
    std::string dataset_;
    VintageNo vintage_ = 0; ///< 0: nothing was asked yet
    bool lets_ = true;
};

/// How far a reader is.
struct ChangePlace {
    std::uint64_t number =
        0;               ///< of the last entry that was told; of a full state, the entry as of which it is
    bool full = false;   ///< in a full state, and this far:
    std::string dataset; ///< the last one of which something was told
    store::SeriesRef series; ///< the last one that was told of it
    bool begun = false;      ///< false: nothing of `dataset` was told yet
};

/// One entry, as it is told.
struct ChangeEntry {
    store::ChangeKind kind = store::ChangeKind::data;
    bool is_state = false; ///< part of a full state: every change has an `after` alone
    std::string_view dataset;
    VintageNo vintage = 0;
    UnixTime time = 0;
    std::string_view note;
    store::VintageInfo const* about = nullptr; ///< the vintage; nothing where there is none
    store::SeriesRef series;                   ///< of kind data
    std::vector<store::Change> const* changes = nullptr;
};

class ChangeReader {
  public:
    /// Both must outlive it.
    ChangeReader(store::Store const& store, ChangeFilter const& filter) : store_(store), filter_(filter) {}

    /// The place in front of a full state of what there is now.
    [[nodiscard]] ChangePlace start() const;
    /// Tells up to `limit` entries behind `place` and moves it; false where nothing is left. It may tell fewer, or
    /// none, and have more.
    bool page(ChangePlace& place, std::size_t limit, std::function<void(ChangeEntry const&)> const& each);
    /// SHA-256 of the set at a place behind a full state.
    std::string state(std::uint64_t number);

  private:
    bool page_of_state(ChangePlace& place, std::size_t limit,
                       std::function<void(ChangeEntry const&)> const& each);
    bool page_of_changes(ChangePlace& place, std::size_t limit,
                         std::function<void(ChangeEntry const&)> const& each);
    [[nodiscard]] bool wants(std::string_view dataset) const {
        return filter_.datasets.empty() || filter_.datasets.find(dataset) != filter_.datasets.end();
    }
    /// Forgets the areas where entries came since: some may be of new areas.
    void stand_at(std::uint64_t last);
    /// Which of 64 neighbours the filter lets through.
    std::uint64_t wanted(store::AreaNo first);
    bool wanted_indicator(store::IndicatorNo no);
    /// Every area that the filter lets through; null = all.
    std::shared_ptr<std::vector<store::AreaNo> const> const& areas();
    store::VintageInfo const* vintage(std::string_view dataset, VintageNo no);

    store::Store const& store_;
    ChangeFilter const& filter_;
    std::uint64_t last_ = 0; ///< of the log when the areas were asked for
    std::unordered_map<store::AreaNo, std::uint64_t> masks_;
    std::unordered_map<store::IndicatorNo, bool> indicators_;
    std::shared_ptr<std::vector<store::AreaNo> const> areas_;
    std::string vintages_of_;
    std::vector<store::VintageInfo> vintages_;
    VintageDoor door_;
};

/// Numbers of the areas of the store that `wanted` lets through, ascending. Areas are only ever added to a store.
std::vector<store::AreaNo> areas_in(store::Store const& store,
                                    std::function<bool(Area const&)> const& wanted);

/// Number and state of a figure as the lines of a state and the feed say them.
std::string value_text(store::PackedObservation const& observation, store::State const& state);
std::string state_text(store::State const& state);

} // namespace gateway::query
