// A CellSink that does its work on a thread of its own: reading and harmonizing overlap.
//
// Calls reach the target one after the other and in their order. What the target throws is thrown by one of the
// next calls, at the latest by finish(), which returns when the target has finished. Memory: a few batches.
#pragma once

#include <functional>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/ingest/batch_pipe.hpp"

namespace gateway::ingest {

class CellPipe final : public CellSink {
  public:
    /// `target` must outlive the object and be left alone until finish() or the destructor returns.
    explicit CellPipe(CellSink& target);

    void table(TableInfo const& info) override;
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override;
    void sign(std::uint8_t id, std::string_view text) override;
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override;
    void issue(Issue issue) override;
    void set_aside(SetAside const& row) override;
    void finish(std::uint64_t rows) override;

  private:
    using Call = std::function<void(CellSink&)>;
    /// Every call that brings no cells, and behind which cells of the batch it comes.
    struct Announcement {
        std::size_t cells_before = 0;
        Call call;
    };
    struct Batch {
        std::vector<Announcement> announcements;
        std::vector<Cell> cells;
        std::vector<std::uint32_t> codes;
    };

    void announce(Call call);
    void deliver(Batch& batch);

    CellSink& target_;
    BatchPipe<Batch, 8> pipe_; ///< without finish(): what is under way is dropped
};

} // namespace gateway::ingest
