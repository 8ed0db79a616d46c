// Watch: how far a document is read, for whoever shows it to people.
//
// Readers count per piece and per batch of cells, never per row.
// Threads  the readers of one document count at the same time; whoever is told is called by all of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "gateway/core/cells.hpp"

namespace gateway::ingest {

/// Sizes are of the unpacked document.
struct ReadingState {
    std::uint64_t bytes = 0;
    std::uint64_t of_bytes = 0;
    std::uint64_t lines = 0;
};

/// Must not throw and must be quick; empty where nobody watches.
using Watcher = std::function<void(ReadingState const&)>;

/// The counters of one document.
class Watch {
  public:
    Watch(Watcher const& watcher, std::uint64_t of_bytes) : watcher_(watcher), of_bytes_(of_bytes) {}
    [[nodiscard]] bool is_on() const noexcept { return watcher_ != nullptr; }
    void add_bytes(std::uint64_t count) {
        if (!is_on()) return;
        auto const bytes = bytes_ += count;
        watcher_({bytes, of_bytes_, lines_});
    }
    void add_lines(std::uint64_t count) noexcept { lines_ += count; }

  private:
    Watcher const& watcher_;
    std::uint64_t of_bytes_;
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> lines_{0};
};

/// Passes on what one reader says and counts its lines.
class WatchedSink final : public CellSink {
  public:
    WatchedSink(CellSink& sink, Watch& watch) : sink_(sink), watch_(watch) {}

    void table(TableInfo const& info) override { sink_.table(info); }
    void code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) override {
        sink_.code(column, block, id, code);
    }
    void sign(std::uint8_t id, std::string_view text) override { sink_.sign(id, text); }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override {
        // Repaired rows come last and have earlier lines: they were counted when those were passed.
        if (!cells.empty() && cells.back().line > last_) {
            watch_.add_lines(cells.back().line - (last_ == 0 ? cells.front().line - 1 : last_));
            last_ = cells.back().line;
        }
        sink_.cells(cells, codes);
    }
    void issue(Issue issue) override { sink_.issue(std::move(issue)); }
    void set_aside(SetAside const& row) override { sink_.set_aside(row); }
    void finish(std::uint64_t rows) override { sink_.finish(rows); }

  private:
    CellSink& sink_;
    Watch& watch_;
    std::uint64_t last_ = 0;
};

} // namespace gateway::ingest
