// One reader's share of a document on its way into keyed cells.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/table.hpp"

namespace gateway::harmonize {

class TableHarmonizer::Part : public CellSink {
  public:
    Part(TableKeys& keys, std::string directory) : keys_(keys), runs(std::move(directory)) {}

    void table(TableInfo const& info) override;
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue issue) override;
    void set_aside(SetAside const& row) override;
    void finish(std::uint64_t row_count) override;

  private:
    /// Fills `out`; false where the cell was set aside.
    bool key(Cell const& cell, std::uint32_t const* codes, KeyedCell& out);
    bool set_aside(std::uint32_t cause, Cell const& cell);
    std::uint32_t find_indicator(std::uint32_t measure);
    std::uint8_t find_mark(Cell const& cell);
    void grow();

    TableKeys& keys_;
    unsigned blocks_ = 0;
    std::vector<KeyPart> times_;
    std::vector<KeyPart> measures_;
    std::vector<std::vector<KeyPart>> codes_; // per block
    std::vector<std::string> signs_{{}};
    std::vector<std::uint8_t> mark_of_;    // kind, sign, quality to mark + 1; 0 = not asked yet
    std::vector<std::uint8_t> mark_known_; // per mark: 1 usable, 0 set aside
    std::vector<std::uint32_t> mark_cause_;
    std::unordered_map<std::uint64_t, KeyPart> composed_;
    // Open addressing: hash of (measure, pairs) to a slot with the pairs themselves.
    struct Slot {
        std::uint32_t indicator = 0;
        std::uint32_t tuple = 0; // offset into tuples_, +1; 0 = free
    };
    std::vector<Slot> slots_ = std::vector<Slot>(1024);
    std::vector<std::uint32_t> tuples_;
    std::size_t used_slots_ = 0;
    std::vector<std::uint32_t> tuple_;
    struct Tally {
        std::uint64_t rows = 0;
        std::uint64_t first_line = 0;
    };
    std::vector<Tally> tallies_; // per cause
    std::optional<std::uint32_t> no_area_;

  public:
    CellRuns runs;
    std::unique_ptr<AsideLog> log; ///< where somebody lists every row
    std::vector<Issue> issues;
    std::uint64_t rows = 0;
    std::uint64_t cell_count = 0;
    std::uint64_t aside = 0;        ///< cells set aside here
    std::uint64_t rows_refused = 0; ///< rows the reader set aside
};

} // namespace gateway::harmonize
