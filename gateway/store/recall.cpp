#include "gateway/store/recall.hpp"

#include <algorithm>
#include <utility>

#include "gateway/store/area_rows.hpp"
#include "gateway/store/merge.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

VintageInfo const* find(std::span<VintageInfo const> vintages, VintageNo no) noexcept {
    // Without gaps from 1; a damaged table is verify()'s to tell.
    for (auto const& each : vintages)
        if (each.no == no) return &each;
    return nullptr;
}

VintageInfo const* at(std::span<VintageInfo const> vintages, VintageNo no) noexcept {
    if (no >= 1 && no <= vintages.size() && vintages[no - 1].no == no) return &vintages[no - 1];
    return find(vintages, no);
}

class Recaller {
  public:
    Recaller(Core& core, DatasetNo dataset, VintageNo vintage, bool sealed)
        : core_(core), dataset_(dataset), vintages_(core.catalog.vintages(dataset)), recalled_(vintage),
          vintage_(vintages_.back().no + 1), sealed_(sealed), versions_(core), area_rows_(core.by_area) {}

    /// What changed, for the log.
    [[nodiscard]] std::vector<RowChange> const& changes() const noexcept { return changes_; }

    Counts run() {
        for (auto const indicator : core_.numbers.indicators(dataset_)) {
            auto const range = rows_of(indicator);
            auto keys = core_.by_indicator.keys(range.first, range.last);
            auto const more = core_.history.keys(range.first, range.last, 0);
            keys.insert(keys.end(), more.begin(), more.end());
            std::sort(keys.begin(), keys.end());
            keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
            for (auto const key : keys) row(indicator, key);
        }
        area_rows_.flush();
        return counts_;
    }

  private:
    struct Span {
        std::size_t at = 0, size = 0;
    };

    void row(IndicatorNo indicator, std::int64_t key) {
        versions_.collect(key);
        std::array<std::optional<Span>, chunk_slots> changed{};
        Slots gone;
        std::array<Span, chunk_slots> gone_at{};
        std::uint64_t superseded = 0;
        packed_.clear();
        gone_.clear();
        bool any = false;
        std::array<std::uint8_t, chunk_slots> kinds{};
        for (unsigned slot = 0; slot < chunk_slots; ++slot) {
            auto const before = counts_;
            if (!is_touched(versions_.slot(slot))) continue;
            if (!judge(versions_.slot(slot))) {
                kinds[slot] = sealed_ ? 2U : 0U; // Change::settles
                continue;
            }
            any = true;
            kinds[slot] = static_cast<std::uint8_t>((counts_.added != before.added ? 1U : 0U) |
                                                    (counts_.revised != before.revised ? 2U : 0U) |
                                                    (counts_.deleted != before.deleted ? 4U : 0U));
            auto const begin = packed_.size();
            if (!after_.empty()) encoder_.append(after_, packed_);
            changed[slot] = Span{begin, packed_.size() - begin};
            area_rows_.add(indicator, first_minor_of(key) + slot, std::string_view{packed_}.substr(begin));
            if (taken_.empty()) continue;
            superseded |= std::uint64_t{1} << slot;
            auto const gone_begin = gone_.size();
            history_encoder_.append(taken_, gone_);
            gone_at[slot] = {gone_begin, gone_.size() - gone_begin};
        }
        RowChange told{key, 0, 0, 0};
        for (unsigned slot = 0; slot < chunk_slots; ++slot) {
            auto const mask = std::uint64_t{1} << slot;
            told.added |= (kinds[slot] & 1U) != 0 ? mask : 0;
            told.revised |= (kinds[slot] & 2U) != 0 ? mask : 0;
            told.deleted |= (kinds[slot] & 4U) != 0 ? mask : 0;
        }
        if (told.all() != 0) changes_.push_back(told);
        if (!any) return;
        save(key, changed);
        if (superseded == 0) return;
        for (unsigned slot = 0; slot < chunk_slots; ++slot)
            gone.set(slot, std::string_view{gone_}.substr(gone_at[slot].at, gone_at[slot].size));
        write_chunk(HistoryTable::sealed_key(key, vintage_), gone, row_);
        core_.history.save(key, vintage_, row_);
    }

    [[nodiscard]] bool is_touched(std::span<Version const> versions) const {
        return std::any_of(versions.begin(), versions.end(),
                           [this](Version const& each) { return touches(each, recalled_); });
    }

    /// What a series is afterwards, in after_, and what of it is superseded, in taken_; false where it stays.
    bool judge(std::span<Version const> versions) {
        after_.clear();
        taken_.clear();
        bool changed = false;
        each_period(versions, [&](std::span<Version const> cell) {
            auto const counts = [this](VintageNo no) {
                auto const* const info = at(vintages_, no);
                return info != nullptr && info->kind == VintageKind::content && info->recalled_by == 0;
            };
            auto const& last = cell.back();
            auto const* const now = last.until == Version::in_force ? &last.observation : nullptr;
            auto const newest = newest_event(cell, vintage_, counts);
            if (newest.vintage != recalled_) {
                if (now != nullptr) after_.push_back(*now);
                return;
            }
            auto const before =
                newest_event(cell, vintage_, [&](VintageNo no) { return no != recalled_ && counts(no); });
            auto const* const back = before.version != nullptr ? &before.version->observation : nullptr;
            if (now != nullptr && back != nullptr && same_content(*now, *back)) {
                after_.push_back(*now);
                return;
            }
            if (now == nullptr && back == nullptr) return;
            changed = true;
            if (now != nullptr) taken_.push_back(*now);
            if (back != nullptr) {
                after_.push_back(*back);
                after_.back().vintage = vintage_;
            }
            ++(now == nullptr ? counts_.added : back == nullptr ? counts_.deleted : counts_.revised);
        });
        return changed;
    }

    void save(std::int64_t key, std::array<std::optional<Span>, chunk_slots> const& changed) {
        Slots slots;
        if (core_.by_indicator.load(key, stored_)) slots.set(core_.by_indicator.view(key, stored_));
        for (unsigned slot = 0; slot < chunk_slots; ++slot)
            if (changed[slot])
                slots.set(slot, std::string_view{packed_}.substr(changed[slot]->at, changed[slot]->size));
        if (slots.empty()) {
            core_.by_indicator.erase(key);
            return;
        }
        write_chunk(key, slots, row_);
        core_.by_indicator.save(key, row_);
    }

    Core& core_;
    DatasetNo dataset_;
    std::vector<VintageInfo> vintages_;
    VintageNo recalled_;
    VintageNo vintage_;
    bool sealed_;
    RowVersions versions_;
    AreaRows area_rows_;
    SeriesEncoder encoder_, history_encoder_;
    Counts counts_;
    std::vector<RowChange> changes_;
    std::vector<PackedObservation> after_, taken_;
    std::string packed_, gone_, stored_, row_;
};

} // namespace

std::string_view to_string(VintageKind kind) noexcept {
    switch (kind) {
    case VintageKind::content: return "content";
    case VintageKind::withdrawn: return "withdrawn";
    case VintageKind::recalled: return "recalled";
    }
    return "unknown";
}

bool is_withdrawn(std::span<VintageInfo const> vintages) noexcept {
    for (auto each = vintages.rbegin(); each != vintages.rend(); ++each)
        if (each->kind != VintageKind::recalled) return each->kind == VintageKind::withdrawn;
    return false;
}

VintageNo origin_of(std::span<VintageInfo const> vintages, std::span<PackedObservation const> versions,
                    VintageNo vintage) noexcept {
    auto const* const own = at(vintages, vintage);
    if (own == nullptr || own->kind != VintageKind::recalled) return vintage;
    // What came back is the newest version of a vintage with content that was not recalled by then.
    VintageNo found = 0;
    for (auto const& each : versions) {
        auto const* const info = at(vintages, each.vintage);
        if (info == nullptr || info->kind != VintageKind::content || each.vintage >= vintage) continue;
        if (info->recalled_by != 0 && info->recalled_by <= vintage) continue;
        found = std::max(found, each.vintage);
    }
    return found != 0 ? found : vintage;
}

void RowVersions::collect(std::int64_t key, std::uint64_t wanted) {
    for (auto& slot : slots_) slot.clear();
    std::uint64_t many = 0;
    auto const take = [&](std::string_view table, ChunkView const& row, VintageNo until) {
        for (auto mask = row.mask() & wanted; mask != 0; mask &= mask - 1) {
            auto const slot = static_cast<unsigned>(std::countr_zero(mask));
            if (!slots_[slot].empty()) many |= std::uint64_t{1} << slot;
            auto const decoded =
                at_place(table, key, [&] { return decoder_.decode(as_bytes(row.slot(slot)), decode_slack); });
            for (auto const& each : decoded) slots_[slot].push_back({each, until});
        }
    };
    core_.history.visit(key, 0,
                        [&](VintageNo by, ChunkView const& row) { take(HistoryTable::name, row, by); });
    core_.by_indicator.visit_one(
        key, [&](ChunkView const& row) { take(core_.by_indicator.name(), row, Version::in_force); });
    for (; many != 0; many &= many - 1) {
        auto& slot = slots_[static_cast<std::size_t>(std::countr_zero(many))];
        std::sort(slot.begin(), slot.end(), [](Version const& a, Version const& b) {
            return a.observation.period == b.observation.period
                       ? a.observation.vintage < b.observation.vintage
                       : a.observation.period < b.observation.period;
        });
    }
}

void without_sealed(std::span<VintageInfo const> vintages, std::span<Version const> versions,
                    VintageNo vintage, std::vector<PackedObservation>& out) {
    each_period(versions, [&](std::span<Version const> cell) {
        auto const event = newest_event(cell, vintage, [&](VintageNo no) {
            auto const* const info = at(vintages, no);
            if (info == nullptr || info->kind != VintageKind::content) return false;
            return !info->sealed && (info->recalled_by == 0 || info->recalled_by > vintage);
        });
        if (event.version == nullptr) return;
        // What a recall had brought back by then keeps the number it was told with.
        auto const shown = std::find_if(cell.begin(), cell.end(), [&](Version const& each) {
            return each.observation.vintage <= vintage && each.until > vintage;
        });
        bool const same = shown != cell.end() && same_content(shown->observation, event.version->observation);
        out.push_back(same ? shown->observation : event.version->observation);
    });
}

LoadResult recall_vintage(Core& core, std::string_view dataset, VintageNo vintage,
                          RecallRequest const& request) {
    auto const no = core.catalog.find_dataset(dataset);
    if (!no) throw Error{Errc::not_found, "store: no dataset '" + std::string{dataset} + "'"};
    auto const vintages = core.catalog.vintages(*no);
    auto const place = "dataset " + std::string{dataset} + ", vintage " + std::to_string(vintage);
    auto const* const info = find(vintages, vintage);
    if (info == nullptr)
        throw Error{Errc::not_found, place + ": there is none; kreislauf list vintages shows what there is"};
    if (info->kind != VintageKind::content)
        throw Error{Errc::invalid_argument,
                    place +
                        " brought no figures of its own and cannot be recalled; name one of kind content"};
    if (info->recalled_by != 0)
        throw Error{Errc::conflict, place + " was recalled before, by vintage " +
                                        std::to_string(info->recalled_by) + "; nothing is left to be done"};
    Recaller recaller{core, *no, vintage, request.sealed};
    auto const counts = recaller.run();
    VintageInfo recall;
    recall.no = vintages.back().no + 1;
    recall.kind = VintageKind::recalled;
    recall.received = request.received;
    recall.added = counts.added;
    recall.revised = counts.revised;
    recall.deleted = counts.deleted;
    recall.note = request.note;
    recall.recalls = vintage;
    recall.sealed = request.sealed;
    recall.reason = request.reason;
    core.catalog.add_vintage(*no, recall);
    core.log.add(ChangeKind::recalled, *no, recall.no, recall.received, recall.note);
    core.log.add(*no, recall.no, recall.received, recaller.changes());
    return {recall.no, counts.added, counts.revised, counts.deleted, 0};
}

} // namespace gateway::store
