#include "gateway/store/area_rows.hpp"

#include <array>

namespace gateway::store {
namespace {

/// Stable sort by area, a byte at a time; bytes that all areas share cost nothing.
template <typename Entry>
void sort_by_area(std::vector<Entry>& entries) {
    std::vector<Entry> other(entries.size());
    for (unsigned shift = 0; shift < 32; shift += 8) {
        std::array<std::size_t, 257> starts{};
        for (auto const& each : entries) ++starts[((each.area >> shift) & 0xFFU) + 1];
        if (starts[((entries.front().area >> shift) & 0xFFU) + 1] == entries.size()) continue;
        for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
        for (auto const& each : entries) other[starts[(each.area >> shift) & 0xFFU]++] = each;
        entries.swap(other);
    }
}

} // namespace

void AreaRows::add(IndicatorNo indicator, AreaNo area, std::string_view packed) {
    if (!entries_.empty() && chunk_of(entries_.back().indicator) != chunk_of(indicator)) flush();
    entries_.push_back({area, indicator, static_cast<std::uint32_t>(packed.size())});
    bytes_.append(packed);
}

void AreaRows::flush() {
    if (entries_.empty()) return;
    std::vector<Sorted> sorted;
    sorted.reserve(entries_.size());
    std::size_t at = 0;
    for (auto const& each : entries_) {
        sorted.push_back({each.area, each.indicator, each.size, at});
        at += each.size;
    }
    sort_by_area(sorted);
    bytes_.finish();
    last_stored_ = table_.last_key();
    for (auto begin = sorted.cbegin(); begin != sorted.cend();) {
        auto end = begin;
        while (end != sorted.cend() && end->area == begin->area) ++end;
        write_row(begin, end);
        begin = end;
    }
    save_pending();
    entries_.clear();
    bytes_ = io::SpilledBytes{bytes_in_memory};
}

void AreaRows::write_row(std::vector<Sorted>::const_iterator begin, std::vector<Sorted>::const_iterator end) {
    auto const key = row_key(begin->area, begin->indicator);
    Slots slots{};
    bool const exists = last_stored_ && key <= *last_stored_ && table_.load(key, stored_);
    if (exists) {
        auto const view = table_.view(key, stored_);
        for (unsigned slot = 0; slot < chunk_slots; ++slot) slots[slot] = view.slot(slot);
    }
    for (auto entry = begin; entry != end; ++entry)
        slots[slot_of(entry->indicator)] = bytes_.view().substr(entry->at, entry->size);
    bool empty = true;
    for (auto const& slot : slots) empty = empty && slot.empty();
    if (empty) {
        if (exists) table_.erase(key);
        return;
    }
    pending_keys_[pending_count_] = key;
    write_chunk(key, slots, pending_[pending_count_]);
    if (++pending_count_ == rows_per_insert) save_pending();
}

void AreaRows::save_pending() {
    std::array<ChunkTable::Row, rows_per_insert> rows{};
    for (std::size_t i = 0; i < pending_count_; ++i) rows[i] = {pending_keys_[i], pending_[i]};
    table_.save(std::span{rows}.first(pending_count_));
    pending_count_ = 0;
}

} // namespace gateway::store
