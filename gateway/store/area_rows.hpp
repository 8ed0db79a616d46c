// The copies of changed series for by_area, collected in the other order.
//
// Memory   12 bytes a series of 64 indicators, 48 more while they are sorted; their content up to 16 MB, beyond that
//          it waits in a temporary file
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/io/spilled_bytes.hpp"
#include "gateway/store/tables.hpp"

namespace gateway::store {

class AreaRows {
  public:
    explicit AreaRows(ChunkTable& table) : table_(table) {}

    /// Series come in (indicator, area) order; empty bytes take a series out. Writes what is complete.
    void add(IndicatorNo indicator, AreaNo area, std::string_view packed);
    /// Writes everything.
    void flush();

  private:
    struct Entry {
        AreaNo area;
        IndicatorNo indicator;
        std::uint32_t size;
    };
    struct Sorted {
        AreaNo area;
        IndicatorNo indicator;
        std::uint32_t size;
        std::size_t at;
    };
    void write_row(std::vector<Sorted>::const_iterator begin, std::vector<Sorted>::const_iterator end);

    void save_pending();

    ChunkTable& table_;
    std::optional<std::int64_t> last_stored_; ///< before the rows that are written now
    std::vector<Entry> entries_;
    static constexpr std::size_t bytes_in_memory = std::size_t{16} << 20U;
    io::SpilledBytes bytes_{bytes_in_memory};
    std::string stored_;
    std::array<std::string, rows_per_insert> pending_; ///< rows on their way into the table
    std::array<std::int64_t, rows_per_insert> pending_keys_{};
    std::size_t pending_count_ = 0;
};

} // namespace gateway::store
