// What one line of a document says, in the source's own codes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/core/cells.hpp"

namespace gateway::ingest {

struct TracedCode {
    std::string variable, variable_label, code, label;
};

struct TracedCell {
    Cell cell;
    TracedCode time, measure;
    std::vector<TracedCode> blocks;
    std::string sign, quality;
};

/// A sink that remembers the cells of one line.
class TraceSink : public CellSink {
  public:
    explicit TraceSink(std::uint64_t line) : line_(line) {}
    void table(TableInfo const& info) override;
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue) override {}
    void finish(std::uint64_t) override {}

    [[nodiscard]] std::vector<TracedCell> const& found() const noexcept { return found_; }

  private:
    std::uint64_t line_;
    unsigned blocks_ = 0;
    std::vector<TracedCode> times_, measures_;
    std::vector<std::vector<TracedCode>> codes_;
    std::vector<std::string> signs_{{}};
    std::vector<TracedCell> found_;
};

/// Text of line `line` (1-based) of `document`, without its line end.
std::string line_text(std::string_view document, std::uint64_t line);

} // namespace gateway::ingest
