#include "gateway/store/area_rows.hpp"

#include <array>
#include <numeric>

namespace gateway::store {
namespace {

/// Positions in the order of the areas, equal ones as they came: stable, a byte at a time; bytes that all areas share
/// cost nothing.
template <typename Entries>
std::vector<std::uint32_t> in_order_of_areas(Entries const& entries) {
    std::vector<std::uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::uint32_t> other(entries.size());
    for (unsigned shift = 0; shift < 32; shift += 8) {
        std::array<std::size_t, 257> starts{};
        for (auto const& each : entries) ++starts[((each.area >> shift) & 0xFFU) + 1];
        if (starts[((entries.front().area >> shift) & 0xFFU) + 1] == entries.size()) continue;
        for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
        for (auto const each : order) other[starts[(entries[each].area >> shift) & 0xFFU]++] = each;
        order.swap(other);
    }
    return order;
}

} // namespace

void AreaRows::add(IndicatorNo indicator, AreaNo area, std::string_view packed) {
    if (!entries_.empty() && chunk_of(last_indicator_) != chunk_of(indicator)) flush();
    constexpr std::size_t most = (std::size_t{1} << 26U) - 1;
    if (packed.size() > most)
        throw Error{Errc::overflow, "a series of " + std::to_string(packed.size()) +
                                        " bytes is longer than the store takes; split the document by years"};
    last_indicator_ = indicator;
    entries_.push_back(
        {area, slot_of(indicator) & (chunk_slots - 1), static_cast<std::uint32_t>(packed.size() & most)});
    bytes_.append(packed);
}

void AreaRows::flush() {
    if (entries_.empty()) return;
    auto const order = in_order_of_areas(entries_);
    std::vector<std::size_t> places;
    places.reserve(entries_.size());
    std::size_t place = 0;
    for (auto const& each : entries_) {
        places.push_back(place);
        place += each.size;
    }
    bytes_.finish();
    last_stored_ = table_.last_key();
    for (auto begin = order.cbegin(); begin != order.cend();) {
        auto end = begin;
        while (end != order.cend() && entries_[*end].area == entries_[*begin].area) ++end;
        write_row(begin, end, places);
        begin = end;
    }
    save_pending();
    entries_.clear();
    bytes_ = io::SpilledBytes{bytes_in_memory};
}

void AreaRows::write_row(Order::const_iterator begin, Order::const_iterator end,
                         std::vector<std::size_t> const& places) {
    auto const key = row_key(entries_[*begin].area, last_indicator_);
    slots_.clear();
    bool const exists = last_stored_ && key <= *last_stored_ && table_.load(key, stored_);
    if (exists) slots_.set(table_.view(key, stored_));
    for (auto at = begin; at != end; ++at)
        slots_.set(entries_[*at].slot, bytes_.view().substr(places[*at], entries_[*at].size));
    if (slots_.empty()) {
        if (exists) table_.erase(key);
        return;
    }
    if (exists) pending_are_new_ = false;
    pending_keys_[pending_count_] = key;
    write_chunk(key, slots_, pending_[pending_count_]);
    if (++pending_count_ == rows_per_insert) save_pending();
}

void AreaRows::save_pending() {
    std::array<ChunkTable::Row, rows_per_insert> rows{};
    for (std::size_t i = 0; i < pending_count_; ++i) rows[i] = {pending_keys_[i], pending_[i]};
    auto const pending = std::span{rows}.first(pending_count_);
    pending_are_new_ ? table_.save_new(pending) : table_.save(pending);
    pending_count_ = 0;
    pending_are_new_ = true;
}

} // namespace gateway::store
