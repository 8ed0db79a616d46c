#include "gateway/store/reading.hpp"

#include <algorithm>
#include <limits>

#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr std::uint64_t all_slots = ~std::uint64_t{0};

std::span<PackedObservation const> decode_at(SeriesDecoder& decoder, std::string_view table, std::int64_t key,
                                             std::string_view bytes) {
    return at_place(table, key, [&] { return decoder.decode(as_bytes(bytes), decode_slack); });
}

/// A query with names turned into numbers.
struct Plan {
    std::optional<DatasetNo> dataset;
    std::vector<IndicatorNo> indicators;
    std::optional<AreaNo> area;
    std::optional<AreaLevel> level;
    std::optional<VintageNo> vintage;
    bool without_sealed = false;

    [[nodiscard]] KeyRange rows(IndicatorNo indicator) const {
        if (area) return {row_key(indicator, *area), row_key(indicator, *area)};
        return level ? rows_of(indicator, *level) : rows_of(indicator);
    }
    [[nodiscard]] std::uint64_t slots() const {
        return area ? std::uint64_t{1} << slot_of(*area) : all_slots;
    }
};

std::vector<std::int64_t> merged(std::vector<std::int64_t> a, std::vector<std::int64_t> const& b) {
    a.insert(a.end(), b.begin(), b.end());
    std::sort(a.begin(), a.end());
    a.erase(std::unique(a.begin(), a.end()), a.end());
    return a;
}

void read_past(Core& core, Plan const& plan, SeriesSink const& each) {
    PastRow row{core};
    std::optional<DatasetNo> known;
    for (auto const indicator : plan.indicators) {
        if (plan.without_sealed) {
            auto const dataset = core.numbers.dataset_of(indicator);
            if (known != dataset)
                row.leave_out_sealed(core.catalog.has_sealed(dataset) ? core.catalog.vintages(dataset)
                                                                      : std::vector<VintageInfo>{});
            known = dataset;
        }
        auto const range = plan.rows(indicator);
        auto const keys = merged(core.by_indicator.keys(range.first, range.last),
                                 core.history.keys(range.first, range.last, *plan.vintage));
        for (auto const key : keys) {
            row.rebuild(key, *plan.vintage, plan.slots());
            for (unsigned slot = 0; slot < chunk_slots; ++slot) {
                if (row.slot(slot).empty()) continue;
                each({indicator, first_minor_of(key) + slot}, row.slot(slot));
            }
        }
    }
}

void read_present(Core& core, Plan const& plan, SeriesSink const& each) {
    ReadDecoder decoder{core};
    auto& table = core.by_indicator;
    for (auto const indicator : plan.indicators) {
        auto const range = plan.rows(indicator);
        table.visit(range.first, range.last, [&](std::int64_t key, ChunkView const& row) {
            for (auto mask = row.mask() & plan.slots(); mask != 0; mask &= mask - 1) {
                auto const slot = static_cast<unsigned>(std::countr_zero(mask));
                each({indicator, first_minor_of(key) + slot},
                     decode_at(decoder.get(), table.name(), key, row.slot(slot)));
            }
        });
    }
}

/// All indicators of one area, from the copies in the other order.
void read_area(Core& core, Plan const& plan, SeriesSink const& each) {
    ReadDecoder decoder{core};
    auto& table = core.by_area;
    auto const range = rows_of(*plan.area);
    table.visit(range.first, range.last, [&](std::int64_t key, ChunkView const& row) {
        for (auto mask = row.mask(); mask != 0; mask &= mask - 1) {
            auto const slot = static_cast<unsigned>(std::countr_zero(mask));
            auto const indicator = first_minor_of(key) + slot;
            if (plan.dataset && core.numbers.dataset_of(indicator) != *plan.dataset) continue;
            each({indicator, *plan.area}, decode_at(decoder.get(), table.name(), key, row.slot(slot)));
        }
    });
}

std::optional<Plan> plan_of(Core& core, Query const& query) {
    Plan plan{std::nullopt, {}, query.area, query.level, query.vintage, query.without_sealed};
    if (query.area && query.level && level_of(*query.area) != *query.level) return std::nullopt;
    if (!query.dataset.empty()) {
        plan.dataset = core.catalog.find_dataset(query.dataset);
        if (!plan.dataset) throw Error{Errc::not_found, "store: no dataset '" + query.dataset + "'"};
    }
    if (query.vintage && query.dataset.empty() && !query.indicator)
        throw Error{Errc::invalid_argument, "store: vintages belong to a dataset; name one in the query"};
    if (query.indicator) {
        if (plan.dataset && core.numbers.dataset_of(*query.indicator) != *plan.dataset) return std::nullopt;
        plan.indicators.push_back(*query.indicator);
    } else if (!query.area || query.vintage) {
        if (plan.dataset) {
            plan.indicators = core.numbers.indicators(*plan.dataset);
        } else {
            for (auto const& dataset : core.catalog.datasets()) {
                auto const more = core.numbers.indicators(*core.catalog.find_dataset(dataset.id));
                plan.indicators.insert(plan.indicators.end(), more.begin(), more.end());
            }
            std::sort(plan.indicators.begin(), plan.indicators.end());
        }
    }
    return plan;
}

} // namespace

void PastRow::leave_out_sealed(std::vector<VintageInfo> vintages) {
    vintages_ = std::move(vintages);
    versions_.emplace(core_);
}

void PastRow::rebuild(std::int64_t key, VintageNo vintage, std::uint64_t wanted) {
    for (auto& slot : slots_) slot.clear();
    if (!vintages_.empty()) {
        versions_->collect(key, wanted);
        for (unsigned slot = 0; slot < chunk_slots; ++slot)
            without_sealed(vintages_, versions_->slot(slot), vintage, slots_[slot]);
        return;
    }
    auto const take = [&](std::string_view table, ChunkView const& row) {
        for (auto mask = row.mask() & wanted; mask != 0; mask &= mask - 1) {
            auto const slot = static_cast<unsigned>(std::countr_zero(mask));
            for (auto const& each : decode_at(decoder_, table, key, row.slot(slot))) {
                if (each.vintage <= vintage) slots_[slot].push_back(each);
            }
        }
    };
    core_.by_indicator.visit_one(key, [&](ChunkView const& row) { take(core_.by_indicator.name(), row); });
    core_.history.visit(key, vintage,
                        [&](VintageNo, ChunkView const& row) { take(HistoryTable::name, row); });
    for (auto& slot : slots_) {
        std::sort(slot.begin(), slot.end(), [](auto const& a, auto const& b) { return a.period < b.period; });
    }
}

void read_series(Core& core, Query const& query, SeriesSink const& each) {
    bool const one_row = query.indicator && query.area && !query.vintage && query.dataset.empty();
    std::optional<ReadTransaction> snapshot; // a single row is its own snapshot
    if (!one_row) snapshot.emplace(core);
    auto const plan = plan_of(core, query);
    if (!plan) return;
    if (plan->vintage)
        read_past(core, *plan, each);
    else if (plan->area && !query.indicator)
        read_area(core, *plan, each);
    else
        read_present(core, *plan, each);
}

std::vector<PackedObservation> history_of(Core& core, SeriesRef series, TimePeriod const& period) {
    ReadTransaction const snapshot{core};
    std::vector<PackedObservation> result;
    SeriesDecoder decoder;
    auto const key = row_key(series.indicator, series.area);
    auto const slot = slot_of(series.area);
    auto const take = [&](std::string_view table, ChunkView const& row) {
        if (!row.holds(slot)) return;
        for (auto const& each : decode_at(decoder, table, key, row.slot(slot))) {
            if (each.period == period) result.push_back(each);
        }
    };
    core.history.visit(key, 0, [&](VintageNo, ChunkView const& row) { take(HistoryTable::name, row); });
    core.by_indicator.visit_one(key, [&](ChunkView const& row) { take(core.by_indicator.name(), row); });
    std::sort(result.begin(), result.end(),
              [](auto const& a, auto const& b) { return a.vintage < b.vintage; });
    return result;
}

} // namespace gateway::store
