// Runs: harmonized cells on their way from document order to key order.
//
// A document's rows come in no order, a store wants them by (indicator, area, period). Cells are collected in
// chunks, each chunk is sorted once the order is known, and the chunks are merged. Only the first chunk lives
// in private memory; further ones are pages of an unlinked temporary file, so that memory does not grow with
// the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gateway::harmonize {

/// A cell with its keys as numbers. The numbers are positions in TableKeys.
struct KeyedCell {
    std::int64_t mantissa = 0;
    std::uint32_t indicator = 0;
    std::uint32_t area = 0;
    std::uint32_t line = 0; ///< physical line; saturates
    std::uint16_t period = 0;
    std::uint8_t scale = 0;
    std::uint8_t mark = 0; ///< number of the (kind, sign, quality) combination
};
static_assert(sizeof(KeyedCell) == 24);

/// Place of every key number in the wanted order.
struct KeyOrder {
    std::vector<std::uint32_t> indicator;
    std::vector<std::uint32_t> area;
    std::vector<std::uint32_t> period;
    /// Sort key of a cell; the bits needed for area and period follow from the sizes.
    [[nodiscard]] std::uint64_t key(KeyedCell const& cell) const noexcept {
        return ((std::uint64_t{indicator[cell.indicator]} << area_bits) | area[cell.area]) << period_bits |
               period[cell.period];
    }
    unsigned area_bits = 0;
    unsigned period_bits = 0;
    unsigned total_bits = 0;
    /// Sets the bit counts; throws Error overflow where a key does not fit 64 bits.
    void measure();
};

class CellRuns {
  public:
    /// 6 MB, and 8 MB more for each thread that sorts.
    static constexpr std::size_t usual_chunk = std::size_t{1} << 18U;
    /// `directory` holds the temporary file, which has no name once it is open.
    explicit CellRuns(std::string directory, std::size_t cells_per_chunk = usual_chunk);
    ~CellRuns();
    CellRuns(CellRuns&&) noexcept;
    CellRuns& operator=(CellRuns&&) noexcept;

    /// Room for up to `count` more cells, at least one; commit() says how many were written.
    std::span<KeyedCell> room(std::size_t count);
    void commit(std::size_t count);
    [[nodiscard]] std::uint64_t size() const noexcept;
    [[nodiscard]] std::vector<std::span<KeyedCell>> chunks();

  private:
    struct Data;
    std::unique_ptr<Data> data_;
};

/// Sorts `cells` by `order`, equal keys by line.
void sort_chunk(std::span<KeyedCell> cells, KeyOrder const& order);

/// Walks sorted chunks in key order.
class Merge {
  public:
    Merge(std::vector<std::span<KeyedCell>> const& chunks, KeyOrder const& order);
    /// The next cell, or nullptr at the end.
    KeyedCell const* next();

  private:
    struct Head {
        std::uint64_t key;
        KeyedCell const* at;
        KeyedCell const* end;
    };
    void sift_down(std::size_t from);
    std::vector<Head> heap_;
    KeyOrder const& order_;
};

} // namespace gateway::harmonize
