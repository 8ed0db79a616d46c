// What holds for every table that a reader hands to a sink, whatever its bytes.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/core/error.hpp"

namespace cell_fuzz {

inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Aborts where a reader breaks what CellSink promises: numbers dense and announced, no number in a cell that is
/// none, every row accounted for.
class Judge final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const& info) override {
        require(!has_table_);
        has_table_ = true;
        known_.resize(info.blocks);
    }
    void code(gateway::Column column, unsigned block, std::uint32_t id, gateway::SourceCode const&) override {
        require(has_table_);
        auto& known = column == gateway::Column::time      ? times_
                      : column == gateway::Column::measure ? measures_
                                                           : known_.at(block);
        require(id == known++);
    }
    void sign(std::uint8_t id, std::string_view text) override { require(id == ++signs_ && !text.empty()); }
    void cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const> codes) override {
        require(has_table_ && codes.size() == cells.size() * known_.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            auto const& cell = cells[i];
            require(cell.time < times_ && cell.measure < measures_);
            require(cell.sign <= signs_ && cell.quality <= signs_);
            require(cell.kind == gateway::Cell::Kind::number || cell.number.is_zero());
            require((cell.kind == gateway::Cell::Kind::sign) == (cell.sign != 0));
            for (std::size_t block = 0; block < known_.size(); ++block)
                require(codes[i * known_.size() + block] < known_[block]);
        }
        count += cells.size();
    }
    void issue(gateway::Issue issue) override { require(!issue.text.empty()); }
    void finish(std::uint64_t) override {
        require(!finished);
        finished = true;
    }
    std::uint64_t count = 0;
    bool finished = false;

  private:
    bool has_table_ = false;
    std::uint32_t times_ = 0, measures_ = 0, signs_ = 0;
    std::vector<std::uint32_t> known_;
};

} // namespace cell_fuzz
