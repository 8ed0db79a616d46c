#include "gateway/query/changes.hpp"

#include <algorithm>
#include <bit>

#include "gateway/core/error.hpp"
#include "gateway/store/chunk.hpp"

namespace gateway::query {
namespace {

using store::ChangeKind;

/// So many blocks one page looks at: a filter that nothing passes must not hold a worker for long.
constexpr unsigned most_blocks = 2000;
constexpr std::size_t rows_per_pull = 4;

[[noreturn]] void refuse_gone() {
    throw Error{Errc::not_found,
                "the change log no longer holds what came behind this place; take the full state once more"};
}

/// The lowest bits of a mask, as many as `keep`.
std::uint64_t without_lowest(std::uint64_t mask, std::uint64_t drop) {
    for (; drop > 0 && mask != 0; --drop) mask &= mask - 1;
    return mask;
}

} // namespace

bool VintageDoor::lets(ChangeFilter const& filter, store::Store const& store,
                       store::ChangeBlock const& block) {
    // Other entries name the vintage that was in force, and do not come with it.
    bool const comes_with_it = block.kind == ChangeKind::data || block.kind == ChangeKind::recalled;
    if (!filter.vintage || !comes_with_it) return true;
    if (block.vintage != vintage_ || block.dataset != dataset_) {
        lets_ = filter.vintage(store, block.dataset, block.vintage);
        dataset_ = block.dataset;
        vintage_ = block.vintage;
    }
    return lets_;
}

std::uint64_t ChangeReader::wanted(store::AreaNo first) {
    if (!filter_.area) return ~std::uint64_t{0};
    auto found = masks_.find(first);
    if (found != masks_.end()) return found->second;
    std::uint64_t mask = 0;
    for (unsigned slot = 0; slot < store::chunk_slots; ++slot) {
        auto const no = first + slot;
        auto const& known = areas();
        if (known && std::binary_search(known->begin(), known->end(), no)) mask |= std::uint64_t{1} << slot;
    }
    return masks_.emplace(first, mask).first->second;
}

bool ChangeReader::wanted_indicator(store::IndicatorNo no) {
    if (!filter_.indicator) return true;
    auto found = indicators_.find(no);
    if (found == indicators_.end())
        found = indicators_.emplace(no, filter_.indicator(store_.indicator(no))).first;
    return found->second;
}

std::vector<store::AreaNo> areas_in(store::Store const& store,
                                    std::function<bool(Area const&)> const& wanted) {
    auto numbers = store.areas();
    numbers.erase(std::remove_if(numbers.begin(), numbers.end(),
                                 [&](store::AreaNo no) { return !wanted(store.area(no)); }),
                  numbers.end());
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::shared_ptr<std::vector<store::AreaNo> const> const& ChangeReader::areas() {
    if (!areas_ && filter_.area)
        areas_ = filter_.areas ? filter_.areas(store_)
                               : std::make_shared<std::vector<store::AreaNo>>(areas_in(store_, filter_.area));
    return areas_;
}

void ChangeReader::stand_at(std::uint64_t last) {
    if (last == last_) return;
    last_ = last;
    areas_.reset();
    masks_.clear();
}

store::VintageInfo const* ChangeReader::vintage(std::string_view dataset, VintageNo no) {
    if (dataset.empty() || no == 0) return nullptr;
    if (vintages_of_ != dataset || no > vintages_.size()) {
        vintages_ = store_.vintages(dataset);
        vintages_of_ = dataset;
    }
    auto const found = std::find_if(vintages_.begin(), vintages_.end(),
                                    [no](store::VintageInfo const& each) { return each.no == no; });
    return found == vintages_.end() ? nullptr : &*found;
}

ChangePlace ChangeReader::start() const {
    ChangePlace place;
    place.number = store_.last_change();
    place.full = true;
    return place;
}

bool ChangeReader::page(ChangePlace& place, std::size_t limit,
                        std::function<void(ChangeEntry const&)> const& each) {
    auto const snapshot = store_.snapshot();
    stand_at(store_.last_change());
    if (place.number > last_)
        throw Error{
            Errc::invalid_argument,
            "this place lies behind the end of the change log: the gateway was restored from a backup "
            "that is older; take the full state once more"};
    return place.full ? page_of_state(place, limit, each) : page_of_changes(place, limit, each);
}

bool ChangeReader::page_of_state(ChangePlace& place, std::size_t limit,
                                 std::function<void(ChangeEntry const&)> const& each) {
    auto datasets = store_.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    std::size_t told = 0;
    std::vector<store::Change> changes;
    for (auto const& info : datasets) {
        if (!wants(info.id) || info.id < place.dataset) continue;
        bool const goes_on = place.begun && info.id == place.dataset;
        auto const state = store_.state_at(info.id, place.number);
        if (!state) refuse_gone();
        if (state->vintage == 0 || (areas() && areas()->empty())) continue;
        store::Pull pull;
        pull.dataset = info.id;
        pull.vintage = state->vintage;
        pull.without_sealed = true;
        for (auto const no : store_.indicators(info.id))
            if (wanted_indicator(no)) pull.indicators.push_back(no);
        if (pull.indicators.empty()) continue;
        std::sort(pull.indicators.begin(), pull.indicators.end());
        if (areas()) pull.areas = *areas();
        if (goes_on) {
            auto const at =
                std::lower_bound(pull.indicators.begin(), pull.indicators.end(), place.series.indicator);
            pull.major = static_cast<std::size_t>(at - pull.indicators.begin());
            pull.minor = std::uint64_t{place.series.area} + 1;
        }
        auto const* const about = vintage(info.id, state->vintage);
        for (bool more = true; more && told < limit;) {
            more = store_.pull(pull, rows_per_pull, [&](store::SeriesRef ref, auto const series) {
                if (told >= limit) return;
                // A row is pulled whole; what of it was told before is not told again.
                if (goes_on && ref.indicator == place.series.indicator && ref.area <= place.series.area)
                    return;
                changes.clear();
                for (auto const& one : series)
                    changes.push_back({ref.indicator, ref.area, one.period, std::nullopt, one});
                each({ChangeKind::data,
                      true,
                      info.id,
                      state->vintage,
                      about != nullptr ? about->received : 0,
                      {},
                      about,
                      ref,
                      &changes});
                ++told;
                place.dataset = info.id;
                place.series = ref;
                place.begun = true;
            });
        }
        if (told >= limit) return true;
    }
    place = {place.number, false, {}, {}, false};
    return true; // the changes since
}

bool ChangeReader::page_of_changes(ChangePlace& place, std::size_t limit,
                                   std::function<void(ChangeEntry const&)> const& each) {
    std::size_t told = 0;
    unsigned blocks = 0;
    bool more = false;
    auto const last = last_;
    std::vector<store::Change> changes;
    auto const wants_kind = [this](ChangeKind kind) {
        return filter_.all_kinds || filter_.kinds.count(kind) != 0;
    };
    auto const tell_series = [&](store::ChangeBlock const& block, store::ChangedRow const& row) {
        // One look into the row for all its series; they come by area.
        auto const* const about = vintage(block.dataset, block.vintage);
        std::vector<store::Change> all;
        store_.changed(block.vintage, row, true, [&all](store::Change const& one) { all.push_back(one); });
        for (std::size_t i = 0; i < all.size();) {
            auto const area = all[i].area;
            changes.clear();
            for (; i < all.size() && all[i].area == area; ++i) {
                auto const& one = all[i];
                bool const wanted_kind = !one.before ? (one.after ? filter_.added : filter_.deleted)
                                         : one.after ? filter_.revised
                                                     : filter_.deleted;
                if (wanted_kind) changes.push_back(one);
            }
            if (changes.empty()) continue;
            each({ChangeKind::data,
                  false,
                  block.dataset,
                  block.vintage,
                  block.time,
                  about != nullptr ? std::string_view{about->note} : std::string_view{},
                  about,
                  {row.indicator, area},
                  &changes});
            ++told;
        }
    };
    store::ChangeScope scope;
    if (areas()) scope.areas = *areas();
    scope.datasets.assign(filter_.datasets.begin(), filter_.datasets.end());
    store_.changes_of(scope, place.number + 1, [&](store::ChangeBlock const& block) {
        if (block.kind == ChangeKind::compacted) {
            if (place.number < block.first + block.count - 1) refuse_gone();
            return true;
        }
        if (block.first > filter_.until) return false;
        if (told >= limit || ++blocks > most_blocks) {
            more = true;
            // What was left out in front of it holds nothing of what is wanted.
            place.number = std::max(place.number, block.first - 1);
            return false;
        }
        auto const end = block.first + block.count - 1;
        if (block.kind != ChangeKind::data) {
            if (wants_kind(block.kind) && (block.dataset.empty() || wants(block.dataset)) &&
                door_.lets(filter_, store_, block)) {
                each({block.kind,
                      false,
                      block.dataset,
                      block.vintage,
                      block.time,
                      block.note,
                      vintage(block.dataset, block.vintage),
                      {},
                      nullptr});
                ++told;
            }
            place.number = end;
            return true;
        }
        if (!wants(block.dataset) || !door_.lets(filter_, store_, block)) {
            place.number = end;
            return true;
        }
        auto number = block.first; // of the first series of the row
        for (auto row : block.rows) {
            auto const all = row.all();
            auto const count = static_cast<std::uint64_t>(std::popcount(all));
            auto const next = number + count;
            if (next <= place.number + 1) {
                number = next;
                continue;
            }
            if (number > filter_.until) break;
            bool const ends = next - 1 > filter_.until; // the last one that may be told is in this row
            // What was told before is out; of the rest, no more than the page holds.
            auto open = without_lowest(all, place.number + 1 > number ? place.number + 1 - number : 0);
            if (ends) open &= ~without_lowest(all, filter_.until - number + 1);
            auto const mask = wanted_indicator(row.indicator) ? wanted(row.first_area) : 0;
            auto keep = open & mask;
            auto const room = limit - told;
            bool cut = false;
            if (static_cast<std::size_t>(std::popcount(keep)) > room) {
                auto const behind = without_lowest(keep, room);
                // The first one that no longer fits, and everything behind it, waits.
                auto const first_behind = behind & (~behind + 1);
                keep &= first_behind - 1;
                open &= first_behind - 1;
                cut = true;
            }
            row.added &= keep;
            row.revised &= keep;
            row.deleted &= keep;
            if (row.all() != 0) tell_series(block, row);
            if (cut) {
                auto const seen = static_cast<std::uint64_t>(std::popcount(open));
                place.number = std::max(place.number, number - 1) + seen;
                more = true;
                return false;
            }
            if (ends) break;
            place.number = next - 1;
            number = next;
            if (told >= limit && place.number < end) {
                more = true;
                return false;
            }
        }
        place.number = std::min(end, filter_.until);
        return true;
    });
    if (!more) place.number = std::max(place.number, std::min(last, filter_.until));
    return more;
}

std::string value_text(store::PackedObservation const& observation, store::State const& state) {
    return state.reason ? std::string{} : observation.number.to_string();
}

} // namespace gateway::query
