#include "gateway/store/change_index.hpp"

#include <algorithm>
#include <tuple>

#include "gateway/store/change_log.hpp"
#include "gateway/store/chunk.hpp"

namespace gateway::store {
namespace {

BlockAreas from_row(Rows const& row) {
    return {static_cast<std::uint32_t>(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
            row.integer(2), static_cast<std::uint64_t>(row.integer(3))};
}

} // namespace

std::vector<BlockAreas> areas_of(std::uint64_t first, DatasetNo dataset, std::span<RowChange const> rows) {
    std::vector<BlockAreas> found;
    for (auto const& row : rows)
        found.push_back({first_minor_of(row.key) / chunk_slots, first, dataset, row.all()});
    std::sort(found.begin(), found.end(),
              [](BlockAreas const& a, BlockAreas const& b) { return a.areas < b.areas; });
    std::size_t kept = 0;
    for (auto const& each : found) {
        if (kept != 0 && found[kept - 1].areas == each.areas)
            found[kept - 1].mask |= each.mask;
        else
            found[kept++] = each;
    }
    found.resize(kept);
    return found;
}

#define KREISLAUF_CHANGE_AREA "SELECT areas, first, dataset, mask FROM change_area "

ChangeIndex::ChangeIndex(Database& db)
    : insert_(db, "INSERT INTO change_area VALUES (?, ?, ?, ?)"),
      drop_(db, "DELETE FROM change_area WHERE first <= ?"), clear_(db, "DELETE FROM change_area"),
      next_(db, KREISLAUF_CHANGE_AREA "WHERE areas = ? AND first >= ? ORDER BY first LIMIT 1"),
      all_(db, KREISLAUF_CHANGE_AREA "ORDER BY areas, first"),
      event_(db, "SELECT first FROM change WHERE kind <> 0 AND first >= ? ORDER BY first LIMIT 1"),
      of_(db, "SELECT first FROM change WHERE dataset = ? AND first >= ? ORDER BY first LIMIT 1") {}

#undef KREISLAUF_CHANGE_AREA

void ChangeIndex::add(std::vector<BlockAreas> rows) {
    std::sort(rows.begin(), rows.end(), [](BlockAreas const& a, BlockAreas const& b) {
        return std::tie(a.areas, a.first) < std::tie(b.areas, b.first);
    });
    for (auto const& row : rows) insert_.run(row.areas, row.first, row.dataset, row.mask);
}

std::optional<BlockAreas> ChangeIndex::next(std::uint32_t areas, std::uint64_t from) {
    Rows rows(next_, areas, from);
    return rows.next() ? std::optional{from_row(rows)} : std::nullopt;
}

std::vector<BlockAreas> ChangeIndex::all() {
    std::vector<BlockAreas> found;
    Rows rows(all_);
    while (rows.next()) found.push_back(from_row(rows));
    return found;
}

std::optional<std::uint64_t> ChangeIndex::next_event(std::uint64_t from) {
    Rows rows(event_, from);
    return rows.next() ? std::optional{static_cast<std::uint64_t>(rows.integer(0))} : std::nullopt;
}

std::optional<std::uint64_t> ChangeIndex::next_of(DatasetNo dataset, std::uint64_t from) {
    Rows rows(of_, dataset, from);
    return rows.next() ? std::optional{static_cast<std::uint64_t>(rows.integer(0))} : std::nullopt;
}

} // namespace gateway::store
