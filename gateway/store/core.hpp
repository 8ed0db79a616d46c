// The parts of an open store, shared by reading, loading and care.
#pragma once

#include "gateway/store/catalog.hpp"
#include "gateway/store/numbers.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/tables.hpp"

namespace gateway::store {

struct Core {
    Core(std::string const& path, Database::Mode mode)
        : database(path, mode), numbers(database), catalog(database),
          by_indicator(database, ChunkTable::Order::by_indicator),
          by_area(database, ChunkTable::Order::by_area), history(database) {}

    Database database;
    Numbers numbers;
    Catalog catalog;
    ChunkTable by_indicator;
    ChunkTable by_area;
    HistoryTable history;
    bool loading = false; ///< a Load is alive
};

/// The one write transaction. Without commit() nothing of it remains, and numbers given in it are forgotten.
/// \throws Error conflict where this or another process is already writing
class WriteTransaction {
  public:
    explicit WriteTransaction(Core& core);
    WriteTransaction(WriteTransaction const&) = delete;
    WriteTransaction& operator=(WriteTransaction const&) = delete;
    ~WriteTransaction();
    void commit();

  private:
    Core& core_;
    bool open_ = true;
};

/// Rows of by_indicator that may hold series of `indicator`.
struct KeyRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};
constexpr KeyRange rows_of(std::uint32_t major) noexcept {
    return {row_key(major, 0), row_key(major, ~std::uint32_t{0})};
}
constexpr KeyRange rows_of(IndicatorNo indicator, AreaLevel level) noexcept {
    auto const first = first_area_of(level);
    return {row_key(indicator, first), row_key(indicator, first + ((1U << area_ordinal_bits) - 1))};
}

} // namespace gateway::store
