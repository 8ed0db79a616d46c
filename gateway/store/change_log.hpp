// The change log: what every commit changed, in one order (docs/adr/0019-change-log.md).
//
// Shape    table change: a row is a block of entries that one commit wrote. Entries are numbered without gaps; a block
//          of kind data has one entry per changed series, in the order (indicator, area), every other block one.
//          Values are not kept twice: gateway/store/changes.cpp reads them from series and history.
//          series of kind data: 4 bytes CRC-32C of `first` (8 bytes) and of all bytes behind; then per row of
//          by_indicator: varint of the difference of its key from the one before; a byte with two bits each for
//          added, revised, deleted (0 none, 1 a mask of 8 bytes follows, 2 all 64); the masks. Little-endian.
// Secret   position ("kreislauf", "change log"): 32 random hex digits, made with the first entry. Who shows places in
//          the log to people that may not see all of it hides the numbers with it.
// Errors   Error corrupt_store naming table and number; otherwise as gateway/store/sql.hpp
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/change_index.hpp"
#include "gateway/store/numbers.hpp"
#include "gateway/store/sql.hpp"
#include "gateway/store/store.hpp"

namespace gateway::store {

/// What a vintage changed in a row of by_indicator; a bit per slot.
struct RowChange {
    std::int64_t key = 0;
    std::uint64_t added = 0, revised = 0, deleted = 0;
    [[nodiscard]] std::uint64_t all() const noexcept { return added | revised | deleted; }
    friend bool operator==(RowChange const&, RowChange const&) = default;
};

/// A block as it is kept.
struct LogBlock {
    std::uint64_t first = 0, count = 0;
    ChangeKind kind = ChangeKind::data;
    DatasetNo dataset = 0;
    VintageNo vintage = 0;
    UnixTime time = 0;
    std::string note;
    std::vector<RowChange> rows;
};

class ChangeLog {
  public:
    static constexpr std::string_view secret_source = "kreislauf", secret_item = "change log";

    explicit ChangeLog(Database& database);
    void prepare_load();

    /// Number of the last entry; 0 = none.
    std::uint64_t last();
    /// Writes an entry without series and returns its number. In a transaction of the caller, as all writing here.
    std::uint64_t add(ChangeKind kind, DatasetNo dataset, VintageNo vintage, UnixTime time,
                      std::string_view note);
    /// Writes an entry for every series in `rows`, which ascend by key.
    void add(DatasetNo dataset, VintageNo vintage, UnixTime time, std::span<RowChange const> rows);
    /// Replaces every block that ends at or before `up_to` by one that says so; the number of its last entry.
    std::uint64_t compact(std::uint64_t up_to, UnixTime time);
    /// Drops everything, to write it anew.
    void clear();
    /// Writes the index of areas anew, from the blocks.
    void write_index();

    /// The block that holds an entry; else the next one; nothing behind the last. `with_rows` decodes its series.
    std::optional<LogBlock> at_or_after(std::uint64_t number, bool with_rows = true);
    /// The last block of a dataset that begins at or before `number`.
    std::optional<LogBlock> last_of(DatasetNo dataset, std::uint64_t number);
    /// The first block of a dataset that begins behind `number`.
    std::optional<LogBlock> next_of(DatasetNo dataset, std::uint64_t number);
    /// What leads to the blocks of an area.
    [[nodiscard]] ChangeIndex& index() noexcept { return index_; }

  private:
    void insert(LogBlock const& block, std::string_view series);
    LogBlock block_from(Rows const& row, bool with_rows) const;
    Statement last_, insert_, secret_, at_, after_, last_of_, next_of_, drop_, clear_;
    ChangeIndex index_;
};

/// Two lists that ascend by key, as one.
std::vector<RowChange> merged(std::vector<RowChange> const& a, std::vector<RowChange> const& b);

} // namespace gateway::store
