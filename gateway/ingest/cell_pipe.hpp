// A CellSink that does its work on a thread of its own: reading and harmonizing overlap.
//
// Calls reach the target one after the other and in their order. What the target throws is thrown by one of the
// next calls, at the latest by finish(), which returns when the target has finished. Memory: a few batches.
#pragma once

#include <array>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/core/cells.hpp"

namespace gateway::ingest {

class CellPipe final : public CellSink {
  public:
    /// `target` must outlive the object and be left alone until finish() or the destructor returns.
    explicit CellPipe(CellSink& target);
    /// Without finish(): what is under way is dropped.
    ~CellPipe() override;

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
        bool is_last = false;
    };
    static constexpr std::size_t batches = 4;

    void announce(Call call);
    /// Hands the batch at hand over and waits for an empty one.
    void ship();
    void work();
    void deliver(Batch& batch);

    CellSink& target_;
    std::array<Batch, batches> ring_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t shipped_ = 0; ///< batches handed over; number `shipped_` is at hand
    std::size_t done_ = 0;    ///< batches that the target has
    bool abandoned_ = false;
    std::exception_ptr error_;
    std::jthread worker_; ///< the last member: it uses all others
};

} // namespace gateway::ingest
