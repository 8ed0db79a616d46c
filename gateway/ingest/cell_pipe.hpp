// A CellSink whose work another thread does: reading and harmonizing overlap.
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
    /// `target` must outlive the object and be left alone until finish() or the destructor returns. The thread that hears
    /// the bell calls work_some().
    CellPipe(CellSink& target, io::Bell& bell);

    /// Gives the target some of what has come; false where there is nothing, or something was thrown.
    bool work_some() { return pipe_.work_some(); }
    /// The other thread is gone: what is left is done here. To be called before finish().
    void take_over() { pipe_.take_over(); }

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
