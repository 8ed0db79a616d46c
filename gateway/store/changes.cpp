#include "gateway/store/changes.hpp"

#include <algorithm>
#include <bit>
#include <set>
#include <tuple>

#include "gateway/store/recall.hpp"

namespace gateway::store {
namespace {

/// Tells the datasets' names apart without asking for one twice.
class Names {
  public:
    explicit Names(Core& core) : core_(core) {}
    std::string const& of(DatasetNo no) {
        auto found = names_.find(no);
        if (found == names_.end())
            found = names_.emplace(no, no == 0 ? std::string{} : core_.catalog.dataset_id(no)).first;
        return found->second;
    }

  private:
    Core& core_;
    std::map<DatasetNo, std::string> names_;
};

SeriesRef last_of(LogBlock const& block, std::uint64_t count) {
    for (auto const& row : block.rows) {
        auto mask = row.all();
        auto const here = static_cast<unsigned>(std::popcount(mask));
        if (count > here) {
            count -= here;
            continue;
        }
        for (; count > 1; --count) mask &= mask - 1;
        return {major_of(row.key), first_minor_of(row.key) + static_cast<unsigned>(std::countr_zero(mask))};
    }
    throw Error{Errc::corrupt_store, "store.sqlite, table change, first " + std::to_string(block.first) +
                                         ": holds fewer entries than it says"};
}

/// One cell, as readers see it.
std::optional<PackedObservation> visible(std::span<VintageInfo const> vintages, std::span<Version const> cell,
                                         VintageNo vintage) {
    std::vector<PackedObservation> found;
    without_sealed(vintages, cell, vintage, found);
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

/// The vintage that a sealed recall takes back; 0 where `recall` is none.
VintageNo sealed_by(std::span<VintageInfo const> vintages, VintageNo recall) noexcept {
    auto const found = std::find_if(vintages.begin(), vintages.end(),
                                    [recall](VintageInfo const& each) { return each.no == recall; });
    bool const is_sealed = found != vintages.end() && found->kind == VintageKind::recalled && found->sealed;
    return is_sealed ? found->recalls : 0;
}

/// `areas` as the blocks say them.
void check_index(Core& core, std::vector<BlockAreas> areas, std::function<void(Problem)> const& problem) {
    std::sort(areas.begin(), areas.end(), [](BlockAreas const& a, BlockAreas const& b) {
        return std::tie(a.areas, a.first) < std::tie(b.areas, b.first);
    });
    auto const stored = core.log.index().all();
    auto const at = std::mismatch(areas.begin(), areas.end(), stored.begin(), stored.end());
    if (at.first == areas.end() && at.second == stored.end()) return;
    auto const first = at.first == areas.end()     ? at.second->first
                       : at.second == stored.end() ? at.first->first
                                                   : std::min(at.first->first, at.second->first);
    problem({"table change_area, first " + std::to_string(first),
             "names other areas than the block of the log; readers of an area would miss entries"});
}

} // namespace

std::string_view to_string(ChangeKind kind) noexcept {
    switch (kind) {
    case ChangeKind::data: return "data";
    case ChangeKind::withdrawn: return "withdrawn";
    case ChangeKind::returned: return "returned";
    case ChangeKind::recalled: return "recalled";
    case ChangeKind::structure: return "structure";
    case ChangeKind::territory: return "territory";
    case ChangeKind::comment: return "comment";
    case ChangeKind::compacted: return "compacted";
    }
    return "unknown";
}

std::optional<ChangeKind> change_kind_from(std::string_view name) noexcept {
    for (unsigned i = 0; i <= static_cast<unsigned>(ChangeKind::compacted); ++i)
        if (to_string(static_cast<ChangeKind>(i)) == name) return static_cast<ChangeKind>(i);
    return std::nullopt;
}

void read_changes(Core& core, std::uint64_t from, std::function<bool(ChangeBlock const&)> const& each) {
    ReadTransaction const snapshot{core};
    Names names{core};
    ChangeBlock told;
    for (auto block = core.log.at_or_after(from); block;
         block = core.log.at_or_after(block->first + block->count)) {
        told.first = block->first;
        told.count = block->count;
        told.kind = block->kind;
        told.dataset = names.of(block->dataset);
        told.vintage = block->vintage;
        told.time = block->time;
        told.note = block->note;
        told.rows.clear();
        for (auto const& row : block->rows)
            told.rows.push_back(
                {major_of(row.key), first_minor_of(row.key), row.added, row.revised, row.deleted});
        if (!each(told)) return;
    }
}

void read_changed(Core& core, VintageNo vintage, ChangedRow const& row, bool hide,
                  std::function<void(Change const&)> const& each) {
    ReadTransaction const snapshot{core};
    auto const dataset = core.numbers.dataset_of(row.indicator);
    std::vector<VintageInfo> vintages;
    // What a sealed vintage touched is told with what counts, on both sides: a copy that was told of another sealed
    // vintage before may have something there that no other entry takes away.
    if (core.catalog.has_sealed(dataset)) vintages = core.catalog.vintages(dataset);
    auto const sealed = sealed_by(vintages, vintage);
    RowVersions versions{core};
    versions.collect(row_key(row.indicator, row.first_area), row.all());
    for (unsigned slot = 0; slot < chunk_slots; ++slot) {
        each_period(versions.slot(slot), [&](std::span<Version const> cell) {
            Change change{row.indicator, row.first_area + slot, cell.front().observation.period, {}, {}};
            bool any = false;
            for (auto const& version : cell) {
                if (version.until == vintage) change.before = version.observation;
                if (version.observation.vintage == vintage) change.after = version.observation;
                any = any || touches(version, vintage);
                change.settles = change.settles || (sealed != 0 && touches(version, sealed));
            }
            change.settles = change.settles && !any;
            if (!any && !change.settles) return;
            if (hide && !vintages.empty()) {
                change.before = visible(vintages, cell, vintage - 1);
                change.after = visible(vintages, cell, vintage);
            } else if (change.settles) {
                auto const stays = std::find_if(cell.begin(), cell.end(), [vintage](Version const& version) {
                    return version.observation.vintage <= vintage && version.until > vintage;
                });
                if (stays != cell.end()) change.before = change.after = stays->observation;
            }
            each(change);
        });
    }
}

std::optional<LogState> read_state_at(Core& core, std::string_view dataset, std::uint64_t number) {
    ReadTransaction const snapshot{core};
    auto const no = core.catalog.find_dataset(dataset);
    if (!no) throw Error{Errc::not_found, "store: no dataset '" + std::string{dataset} + "'"};
    auto const here = core.log.at_or_after(number, false);
    if (here && here->kind == ChangeKind::compacted && number != 0 && number < here->first + here->count - 1)
        return std::nullopt;
    auto const block = core.log.last_of(*no, number);
    if (!block) {
        // Nothing yet; or all of it lies before what was compacted.
        if (auto const next = core.log.next_of(*no, number))
            return LogState{next->vintage - (next->vintage == 0 ? 0U : 1U), {}};
        auto const last = core.catalog.last_vintage(*no);
        return LogState{last ? last->no : 0, {}};
    }
    auto const end = block->first + block->count - 1;
    if (number < end) return LogState{block->vintage - 1, last_of(*block, number - block->first + 1)};
    // Several entries without figures may stand in front of the figures of their commit.
    auto next = core.log.at_or_after(end + 1, false);
    auto const same_vintage = [&] { return next && next->dataset == *no && next->vintage == block->vintage; };
    while (same_vintage() && next->kind != ChangeKind::data)
        next = core.log.at_or_after(next->first + next->count, false);
    bool const goes_on = same_vintage();
    if (!goes_on) return LogState{block->vintage, {}};
    if (block->kind != ChangeKind::data) return LogState{block->vintage - 1, {}};
    return LogState{block->vintage - 1, last_of(*block, block->count)};
}

std::map<VintageNo, std::vector<RowChange>> changes_in_history(Core& core, DatasetNo dataset,
                                                               bool with_settled) {
    std::map<VintageNo, std::vector<RowChange>> result;
    std::vector<VintageInfo> sealed;
    if (with_settled && core.catalog.has_sealed(dataset))
        for (auto const& vintage : core.catalog.vintages(dataset))
            if (vintage.kind == VintageKind::recalled && vintage.sealed) sealed.push_back(vintage);
    RowVersions versions{core};
    for (auto const indicator : core.numbers.indicators(dataset)) {
        auto const range = rows_of(indicator);
        auto keys = core.by_indicator.keys(range.first, range.last);
        auto const more = core.history.keys(range.first, range.last, 0);
        keys.insert(keys.end(), more.begin(), more.end());
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        for (auto const key : keys) {
            versions.collect(key);
            auto const row = [&](VintageNo vintage) -> RowChange& {
                auto& rows = result[vintage];
                if (rows.empty() || rows.back().key != key) rows.push_back({key, 0, 0, 0});
                return rows.back();
            };
            for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                auto const mask = std::uint64_t{1} << slot;
                VintageNo known = 0; // most versions of a slot are of one vintage and were added by it
                each_period(versions.slot(slot), [&](std::span<Version const> cell) {
                    VintageNo superseded_by = 0;
                    for (auto const& version : cell) {
                        auto const from = version.observation.vintage;
                        if (superseded_by != 0 && superseded_by != from) row(superseded_by).deleted |= mask;
                        if (superseded_by == from)
                            row(from).revised |= mask;
                        else if (known != from)
                            row(known = from).added |= mask;
                        superseded_by = version.until == Version::in_force ? 0 : version.until;
                    }
                    if (superseded_by != 0) row(superseded_by).deleted |= mask;
                });
                for (auto const& recall : sealed) {
                    auto const cells = versions.slot(slot);
                    bool const touched = std::any_of(cells.begin(), cells.end(), [&](Version const& each) {
                        return touches(each, recall.recalls);
                    });
                    if (touched && (row(recall.no).all() & mask) == 0) row(recall.no).revised |= mask;
                }
            }
        }
    }
    return result;
}

void rebuild_log(Core& core) {
    struct Due {
        UnixTime received; ///< of the newest vintage of the dataset up to this one
        DatasetNo dataset;
        VintageInfo vintage;
        std::vector<RowChange> rows;
        bool came_back;
    };
    std::vector<Due> due;
    for (auto const& info : core.catalog.datasets()) {
        auto const no = *core.catalog.find_dataset(info.id);
        auto rows = changes_in_history(core, no, true);
        UnixTime newest = 0;
        bool withdrawn = false;
        for (auto const& vintage : core.catalog.vintages(no)) {
            newest = std::max(newest, vintage.received);
            due.push_back({newest, no, vintage, std::move(rows[vintage.no]),
                           withdrawn && vintage.kind == VintageKind::content});
            if (vintage.kind != VintageKind::recalled) withdrawn = vintage.kind == VintageKind::withdrawn;
        }
    }
    std::stable_sort(due.begin(), due.end(), [](Due const& a, Due const& b) {
        return a.received != b.received ? a.received < b.received
               : a.dataset != b.dataset ? a.dataset < b.dataset
                                        : a.vintage.no < b.vintage.no;
    });
    for (auto const& each : due) {
        auto const& vintage = each.vintage;
        auto const head = [&](ChangeKind kind) {
            core.log.add(kind, each.dataset, vintage.no, vintage.received, vintage.note);
        };
        if (vintage.kind == VintageKind::withdrawn) head(ChangeKind::withdrawn);
        if (vintage.kind == VintageKind::recalled) head(ChangeKind::recalled);
        if (each.came_back) head(ChangeKind::returned);
        core.log.add(each.dataset, vintage.no, vintage.received, each.rows);
    }
}

void check_log(Core& core, std::function<void(Problem)> const& problem) {
    std::uint64_t due = 1;
    std::map<std::pair<DatasetNo, VintageNo>, std::vector<RowChange>> logged;
    std::uint64_t compacted = 0;
    std::vector<BlockAreas> areas;
    std::map<DatasetNo, VintageNo> begins; // per dataset the first vintage that is in the log as a whole
    for (auto from = due;;) {
        std::optional<LogBlock> block;
        auto const place = [&from] { return "table change, entry " + std::to_string(from); };
        try {
            block = core.log.at_or_after(from);
        } catch (Error const& error) {
            problem({place(), error.what()});
            // What can still be read of it is where it ends.
            block = core.log.at_or_after(from, false);
            if (!block) break;
            from = block->first + block->count;
            due = from;
            continue;
        }
        if (!block) break;
        if (block->first != due)
            problem({"table change, first " + std::to_string(block->first),
                     "entry " + std::to_string(due) + " is due here"});
        if (block->kind == ChangeKind::compacted) compacted = block->first + block->count - 1;
        if (block->vintage != 0) begins.emplace(block->dataset, block->vintage);
        if (block->kind == ChangeKind::data) {
            auto& rows = logged[{block->dataset, block->vintage}];
            rows.insert(rows.end(), block->rows.begin(), block->rows.end());
            auto const here = areas_of(block->first, block->dataset, block->rows);
            areas.insert(areas.end(), here.begin(), here.end());
        }
        due = from = block->first + block->count;
    }
    // A store of version 2 that is only read has no index.
    if (!core.is_older) check_index(core, std::move(areas), problem);
    for (auto const& info : core.catalog.datasets()) {
        auto const no = *core.catalog.find_dataset(info.id);
        auto stored = changes_in_history(core, no, true);
        auto bare = core.catalog.has_sealed(no) ? changes_in_history(core, no, false) : stored;
        for (auto const& vintage : core.catalog.vintages(no)) {
            auto const begin = begins.find(no);
            if (compacted != 0 && (begin == begins.end() || vintage.no <= begin->second)) continue;
            auto const& told = logged[{no, vintage.no}];
            // Sealed recalls of earlier programs name only what they changed.
            if (told != stored[vintage.no] && told != bare[vintage.no])
                problem({"table change, dataset " + info.id + ", vintage " + std::to_string(vintage.no),
                         "names other series than this vintage changed"});
        }
    }
}

} // namespace gateway::store
