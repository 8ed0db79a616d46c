// What leaves a reader: cells in batches, signs with numbers, issues folded by cause.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/table/issue_fold.hpp"
#include "gateway/core/cells.hpp"

namespace adapters::genesis {

/// Distinct signs of a document. GENESIS knows about ten.
inline constexpr std::size_t max_signs = 200;

class Output {
  public:
    explicit Output(gateway::CellSink& sink) : sink_(sink) {}

    void table(gateway::TableInfo const& info);
    [[nodiscard]] bool has_table() const noexcept { return has_table_; }
    void code(gateway::Column column, unsigned block, std::uint32_t id, gateway::SourceCode const& code) {
        sink_.code(column, block, id, code);
    }
    /// Number of a sign; nothing where the text cannot be one (longer than 7 bytes, or too many of them).
    /// Blank text is number 0.
    std::optional<std::uint8_t> sign(std::string_view text);
    /// `codes` points to as many numbers as the table has blocks.
    void cell(gateway::Cell const& cell, std::uint32_t const* codes) {
        cells_[used_] = cell;
        auto* const own = codes_.data() + used_ * blocks_;
        for (unsigned i = 0; i < blocks_; ++i) own[i] = codes[i];
        if (++used_ == batch) flush();
    }
    void issue(gateway::Errc code, gateway::Severity severity, std::uint64_t line, std::uint32_t column,
               std::string text, std::string next_step);
    /// Sends what is left: cells, folded issues, the number of rows.
    void finish(std::uint64_t rows);
    void flush();

  private:
    static constexpr std::size_t batch = 1024;
    gateway::CellSink& sink_;
    bool has_table_ = false;
    unsigned blocks_ = 0;
    std::vector<gateway::Cell> cells_; // a batch; the first used_ are filled
    std::vector<std::uint32_t> codes_;
    std::size_t used_ = 0;
    std::vector<std::string> signs_;
    table::IssueFold fold_;
};

} // namespace adapters::genesis
