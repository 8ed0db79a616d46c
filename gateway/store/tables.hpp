// Tables of packed series: by_indicator, by_area and history.
//
// Every row is checked when it is read; Error corrupt_store names table and key.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/chunk.hpp"
#include "gateway/store/packed.hpp"
#include "gateway/store/sql.hpp"

namespace gateway::store {

/// "store.sqlite, table by_area, key 12 (area 0, indicators 768 to 831)".
std::string place_of(std::string_view table, std::int64_t key);

/// Runs `action`; what goes wrong in the packed bytes is told with the place.
template <typename Action>
decltype(auto) at_place(std::string_view table, std::int64_t key, Action&& action) {
    try {
        return action();
    } catch (Error const& error) {
        if (error.code() != Errc::corrupt_store) throw;
        throw Error{Errc::corrupt_store, place_of(table, key) + ": " + error.what() +
                                             "; restore a backup or load again from the archive"};
    }
}

/// by_indicator or by_area.
class ChunkTable {
  public:
    enum class Order : std::uint8_t { by_indicator, by_area };
    ChunkTable(Database& database, Order order);

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    /// What a load into a new store needs.
    void prepare_load();
    /// Copies a row; false where there is none.
    bool load(std::int64_t key, std::string& bytes);
    void save(std::int64_t key, std::string_view bytes);
    struct Row {
        std::int64_t key = 0;
        std::string_view bytes;
    };
    /// Several at once; fastest with rows_per_insert.
    void save(std::span<Row const> rows);
    /// The same where none of the keys has a row yet: nothing need be kept for the case that one is replaced.
    /// \throws Error where one has
    void save_new(std::span<Row const> rows);
    void erase(std::int64_t key);
    /// The highest key; nothing where the table is empty.
    std::optional<std::int64_t> last_key();
    std::vector<std::int64_t> keys(std::int64_t first, std::int64_t last);
    /// Whether a range of keys has a row.
    bool any(std::int64_t first, std::int64_t last);

    /// Calls `each(key, ChunkView)` for the rows of a range of keys, in order.
    template <typename Each>
    void visit(std::int64_t first, std::int64_t last, Each const& each) {
        for (Rows rows(range_, first, last); rows.next();) {
            auto const key = rows.integer(0);
            each(key, view(key, rows.blob(1)));
        }
    }
    /// The same until `each` returns false; false where it did.
    template <typename Each>
    bool visit_until(std::int64_t first, std::int64_t last, Each const& each) {
        for (Rows rows(range_, first, last); rows.next();) {
            auto const key = rows.integer(0);
            if (!each(key, view(key, rows.blob(1)))) return false;
        }
        return true;
    }
    /// Calls `each(ChunkView)` for one row.
    template <typename Each>
    bool visit_one(std::int64_t key, Each const& each) {
        Rows rows(row_, key);
        if (!rows.next()) return false;
        each(view(key, rows.blob(0)));
        return true;
    }
    [[nodiscard]] ChunkView view(std::int64_t key, std::string_view bytes) const {
        return at_place(name_, key, [&] { return ChunkView{key, bytes}; });
    }

  private:
    Order order_;
    std::string_view name_;
    Statement row_, range_, keys_, last_, save_, save_new_;
    std::string save_many_sql_, save_many_new_sql_;
    Statement save_many_, save_many_new_, erase_;
    void save_with(Statement& statement, std::span<Row const> rows);
};

/// What each vintage superseded.
class HistoryTable {
  public:
    static constexpr std::string_view name = "history";
    explicit HistoryTable(Database& database);

    void save(std::int64_t key, VintageNo vintage, std::string_view bytes);
    bool load(std::int64_t key, VintageNo vintage, std::string& bytes);
    /// Keys of a range with something superseded after `vintage`.
    std::vector<std::int64_t> keys(std::int64_t first, std::int64_t last, VintageNo after);

    /// Calls `each(superseded_by, ChunkView)` for what was superseded after `vintage`, oldest first.
    template <typename Each>
    void visit(std::int64_t key, VintageNo after, Each const& each) {
        for (Rows rows(after_, key, after); rows.next();) {
            auto const by = static_cast<VintageNo>(rows.integer(0));
            each(by, view(key, by, rows.blob(1)));
        }
    }
    /// Calls `each(key, superseded_by, ChunkView)` for every row of a range of keys.
    template <typename Each>
    void visit_range(std::int64_t first, std::int64_t last, Each const& each) {
        for (Rows rows(range_, first, last); rows.next();) {
            auto const key = rows.integer(0);
            auto const by = static_cast<VintageNo>(rows.integer(1));
            each(key, by, view(key, by, rows.blob(2)));
        }
    }
    [[nodiscard]] static ChunkView view(std::int64_t key, VintageNo by, std::string_view bytes) {
        return at_place(name, key, [&] { return ChunkView{sealed_key(key, by), bytes}; });
    }
    /// The key as it goes into the checksum of a row.
    static constexpr std::int64_t sealed_key(std::int64_t key, VintageNo by) noexcept {
        return key ^ (std::int64_t{by} << 31);
    }

  private:
    Statement after_, range_, keys_, load_, save_;
};

} // namespace gateway::store
