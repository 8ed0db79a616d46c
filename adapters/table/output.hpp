// What leaves a table reader: cells in batches, signs with numbers, issues folded by cause.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/table/issue_fold.hpp"
#include "gateway/core/cells.hpp"

namespace adapters::table {

/// Distinct signs of a document; the harmonizer takes no more.
inline constexpr std::size_t max_signs = 30;
inline constexpr std::size_t max_sign_bytes = 7;

class Output {
  public:
    explicit Output(gateway::CellSink& sink) : sink_(sink) {}

    void table(gateway::TableInfo const& info);
    [[nodiscard]] bool has_table() const noexcept { return has_table_; }
    void code(gateway::Column column, unsigned block, std::uint32_t id, gateway::SourceCode const& code) {
        sink_.code(column, block, id, code);
    }
    /// Number of a sign; nothing where the text cannot be one (too long, not UTF-8, or too many of them).
    std::optional<std::uint8_t> sign(std::string_view text);
    /// The next cell of the batch, to be filled; it counts once it is committed.
    gateway::Cell& slot() noexcept { return cells_[used_]; }
    /// `codes` points to as many numbers as the table has blocks.
    void commit(std::uint32_t const* codes) {
        auto* const own = codes_.data() + used_ * blocks_;
        for (unsigned i = 0; i < blocks_; ++i) own[i] = codes[i];
        if (++used_ == batch) flush();
    }
    /// Room for `count` cells at once, at most most_at_once; they count once they are taken.
    static constexpr std::size_t most_at_once = 512;
    gateway::Cell* room(std::size_t count) {
        if (used_ + count > batch) flush();
        return cells_.data() + used_;
    }
    /// The first `count` cells of the room are filled, all of them with these codes.
    void take(std::size_t count, std::uint32_t const* codes) {
        auto* own = codes_.data() + used_ * blocks_;
        auto const blocks = blocks_; // in a register: own may point anywhere
        constexpr unsigned two = 2;
        if (blocks == 1) {
            std::fill_n(own, count, *codes);
        } else if (blocks == two) {
            std::uint64_t both = 0;
            std::memcpy(&both, codes, sizeof both);
            for (std::size_t left = count; left > 0; --left, own += two) std::memcpy(own, &both, sizeof both);
        } else {
            for (std::size_t left = count; left > 0; --left)
                for (unsigned i = 0; i < blocks; ++i) *own++ = codes[i];
        }
        used_ += count;
        if (used_ == batch) flush();
    }
    void issue(gateway::Issue issue) { fold_.add(std::move(issue), sink_); }
    void issue(gateway::Errc code, gateway::Severity severity, std::uint64_t line, std::uint32_t column,
               std::string text, std::string next_step) {
        issue({code, severity, {line, column}, std::move(text), std::move(next_step), 1});
    }
    /// Adds one to a finding that is reported once, with its first place and their number, by finish().
    void tally(gateway::Errc code, gateway::Severity severity, std::uint64_t line, std::uint32_t column,
               std::string const& text, std::string const& next_step);
    /// Sends what is left: cells, folded issues, the number of rows.
    void finish(std::uint64_t rows);

  private:
    void flush();
    static constexpr std::size_t batch = 1024;
    gateway::CellSink& sink_;
    bool has_table_ = false;
    unsigned blocks_ = 0;
    std::vector<gateway::Cell> cells_; // a batch; the first used_ are filled
    std::vector<std::uint32_t> codes_;
    std::size_t used_ = 0;
    std::vector<std::string> signs_;
    IssueFold fold_;
    std::map<std::pair<gateway::Errc, std::string>, gateway::Issue> tallies_;
};

} // namespace adapters::table
