// The copies of changed series for by_area, collected in the other order.
//
// Memory   8 bytes a series of 64 indicators, 16 more while they are sorted; their content up to 2 MiB, beyond that
//          it waits in a temporary file
#pragma once

#include <array>
#include <cstdint>
#include <deque>
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
    /// Of one chunk of indicators, that of last_indicator_.
    struct Entry {
        AreaNo area;
        std::uint32_t slot : 6;
        std::uint32_t size : 26;
    };
    static_assert(sizeof(Entry) == 8 && chunk_slots == 64);
    /// Of entries_, in the order of their areas.
    using Order = std::vector<std::uint32_t>;
    void write_row(Order::const_iterator begin, Order::const_iterator end,
                   std::vector<std::size_t> const& places);

    void save_pending();

    ChunkTable& table_;
    std::optional<std::int64_t> last_stored_; ///< before the rows that are written now
    std::deque<Entry> entries_;               ///< a vector would have room for twice as many
    IndicatorNo last_indicator_ = 0;
    static constexpr std::size_t bytes_in_memory = std::size_t{2} << 20U;
    io::SpilledBytes bytes_{bytes_in_memory};
    std::string stored_;
    Slots slots_;                                      ///< of the row that is written
    std::array<std::string, rows_per_insert> pending_; ///< rows on their way into the table
    std::array<std::int64_t, rows_per_insert> pending_keys_{};
    std::size_t pending_count_ = 0;
    bool pending_are_new_ = true; ///< no row of the table has one of pending_keys_
};

} // namespace gateway::store
