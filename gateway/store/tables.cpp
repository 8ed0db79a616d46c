#include "gateway/store/tables.hpp"

namespace gateway::store {

std::string place_of(std::string_view table, std::int64_t key) {
    bool const by_area = table == "by_area";
    auto const first = first_minor_of(key);
    return "store.sqlite, table " + std::string{table} + ", key " + std::to_string(key) + " (" +
           (by_area ? "area " : "indicator ") + std::to_string(major_of(key)) +
           (by_area ? ", indicators " : ", areas ") + std::to_string(first) + " to " +
           std::to_string(first + chunk_slots - 1) + ")";
}

#define KREISLAUF_EITHER(head, tail)                                                                         \
    order == Order::by_area ? head " by_area " tail : head " by_indicator " tail

ChunkTable::ChunkTable(Database& db, Order order)
    : order_(order), name_(order == Order::by_area ? "by_area" : "by_indicator"),
      row_(db, KREISLAUF_EITHER("SELECT series FROM", "WHERE key = ?")),
      range_(db, KREISLAUF_EITHER("SELECT key, series FROM", "WHERE key BETWEEN ? AND ? ORDER BY key")),
      keys_(db, KREISLAUF_EITHER("SELECT key FROM", "WHERE key BETWEEN ? AND ? ORDER BY key")),
      last_(db, KREISLAUF_EITHER("SELECT max(key) FROM", "")),
      save_(db, KREISLAUF_EITHER("INSERT OR REPLACE INTO", "VALUES (?, ?)")),
      save_new_(db, KREISLAUF_EITHER("INSERT OR FAIL INTO", "VALUES (?, ?)")),
      save_many_sql_(insert_many(KREISLAUF_EITHER("INSERT OR REPLACE INTO", ""), 2)),
      // OR FAIL spares the journal of each statement.
      save_many_new_sql_(insert_many(KREISLAUF_EITHER("INSERT OR FAIL INTO", ""), 2)),
      save_many_(db, save_many_sql_.c_str()), save_many_new_(db, save_many_new_sql_.c_str()),
      erase_(db, KREISLAUF_EITHER("DELETE FROM", "WHERE key = ?")) {}

#undef KREISLAUF_EITHER

void ChunkTable::prepare_load() {
    // Rows by indicator come one at a time, those by area many.
    if (order_ == Order::by_indicator) return save_.prepare();
    for (auto* const statement : {&last_, &save_new_, &save_many_new_}) statement->prepare();
}

bool ChunkTable::load(std::int64_t key, std::string& bytes) {
    Rows rows(row_, key);
    if (!rows.next()) return false;
    bytes.assign(rows.blob(0));
    return true;
}

void ChunkTable::save(std::int64_t key, std::string_view bytes) {
    save_.run(key, Blob{bytes});
}
void ChunkTable::save(std::span<Row const> rows) {
    if (rows.size() == rows_per_insert) return save_with(save_many_, rows);
    for (auto const& row : rows) save(row.key, row.bytes);
}
void ChunkTable::save_new(std::span<Row const> rows) {
    if (rows.size() == rows_per_insert) return save_with(save_many_new_, rows);
    for (auto const& row : rows) save_new_.run(row.key, Blob{row.bytes});
}
void ChunkTable::save_with(Statement& statement, std::span<Row const> rows) {
    statement.run_all(rows, [](Row const& row, auto const& bind) {
        bind(row.key);
        bind(Blob{row.bytes});
    });
}
void ChunkTable::erase(std::int64_t key) {
    erase_.run(key);
}

std::optional<std::int64_t> ChunkTable::last_key() {
    return last_.number();
}

bool ChunkTable::any(std::int64_t first, std::int64_t last) {
    Rows rows(keys_, first, last);
    return rows.next();
}

std::vector<std::int64_t> ChunkTable::keys(std::int64_t first, std::int64_t last) {
    std::vector<std::int64_t> result;
    for (Rows rows(keys_, first, last); rows.next();) result.push_back(rows.integer(0));
    return result;
}

HistoryTable::HistoryTable(Database& db)
    : after_(db, "SELECT vintage, series FROM history WHERE key = ? AND vintage > ? ORDER BY vintage"),
      range_(db, "SELECT key, vintage, series FROM history WHERE key BETWEEN ? AND ? ORDER BY key, vintage"),
      keys_(db, "SELECT DISTINCT key FROM history WHERE key BETWEEN ? AND ? AND vintage > ? ORDER BY key"),
      load_(db, "SELECT series FROM history WHERE key = ? AND vintage = ?"),
      save_(db, "INSERT INTO history (key, vintage, series) VALUES (?, ?, ?) "
                "ON CONFLICT (key, vintage) DO UPDATE SET series = excluded.series") {}

void HistoryTable::save(std::int64_t key, VintageNo vintage, std::string_view bytes) {
    save_.run(key, vintage, Blob{bytes});
}

bool HistoryTable::load(std::int64_t key, VintageNo vintage, std::string& bytes) {
    Rows rows(load_, key, vintage);
    if (!rows.next()) return false;
    bytes.assign(rows.blob(0));
    return true;
}

std::vector<std::int64_t> HistoryTable::keys(std::int64_t first, std::int64_t last, VintageNo after) {
    std::vector<std::int64_t> result;
    for (Rows rows(keys_, first, last, after); rows.next();) result.push_back(rows.integer(0));
    return result;
}

} // namespace gateway::store
