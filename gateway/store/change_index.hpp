// Which areas a block of the change log holds, so that a reader of few areas skips the rest.
//
// Shape    table change_area: a row is 64 neighbouring areas in a block of kind data, with a mask of those that have an
//          entry in it. Derived from the blocks and written in their commit; gateway/store/changes.cpp compares both.
// Errors   as gateway/store/sql.hpp
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/store/numbers.hpp"
#include "gateway/store/sql.hpp"

namespace gateway::store {

struct RowChange;

/// 64 neighbouring areas in a block.
struct BlockAreas {
    std::uint32_t areas = 0; ///< number of the areas >> 6
    std::uint64_t first = 0; ///< of the block
    DatasetNo dataset = 0;
    std::uint64_t mask = 0;
    friend bool operator==(BlockAreas const&, BlockAreas const&) = default;
};

/// What a block holds, ascending by areas.
std::vector<BlockAreas> areas_of(std::uint64_t first, DatasetNo dataset, std::span<RowChange const> rows);

class ChangeIndex {
  public:
    explicit ChangeIndex(Database& database);
    void prepare_load() { insert_.prepare(); }

    /// In a transaction of the caller, as all writing here. Sorts them: neighbours in the table cost less.
    void add(std::vector<BlockAreas> rows);
    void drop(std::uint64_t up_to) { drop_.run(up_to); }
    void clear() { clear_.run(); }

    /// Where these areas are next, from block `from` on.
    std::optional<BlockAreas> next(std::uint32_t areas, std::uint64_t from);
    /// Every row; for verification.
    std::vector<BlockAreas> all();
    /// First entry of the next block without figures, from `from` on.
    std::optional<std::uint64_t> next_event(std::uint64_t from);
    /// First entry of the next block of a dataset, from `from` on.
    std::optional<std::uint64_t> next_of(DatasetNo dataset, std::uint64_t from);

  private:
    Statement insert_, drop_, clear_, next_, all_, event_, of_;
};

} // namespace gateway::store
