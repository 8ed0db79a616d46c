#include "gateway/ingest/cell_pipe.hpp"

#include <string>
#include <utility>

namespace gateway::ingest {
namespace {

/// Enough work for a hand-over, and little enough to stay in the second-level cache.
constexpr std::size_t cells_per_batch = 4096;

} // namespace

CellPipe::CellPipe(CellSink& target, io::Bell& bell)
    : target_(target), pipe_([this](Batch& batch) { deliver(batch); }, bell) {}

void CellPipe::table(TableInfo const& info) {
    announce([info](CellSink& sink) { sink.table(info); });
}

void CellPipe::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    announce([column, block, id, variable = std::string{code.variable},
              variable_label = std::string{code.variable_label}, text = std::string{code.code},
              label = std::string{code.label}](CellSink& sink) {
        sink.code(column, block, id, {variable, variable_label, text, label});
    });
}

void CellPipe::sign(std::uint8_t id, std::string_view text) {
    announce([id, text = std::string{text}](CellSink& sink) { sink.sign(id, text); });
}

void CellPipe::cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) {
    auto& batch = pipe_.at_hand();
    batch.cells.insert(batch.cells.end(), cells.begin(), cells.end());
    batch.codes.insert(batch.codes.end(), codes.begin(), codes.end());
    if (batch.cells.size() >= cells_per_batch) pipe_.ship();
}

void CellPipe::issue(Issue issue) {
    announce([issue = std::move(issue)](CellSink& sink) { sink.issue(issue); });
}

void CellPipe::set_aside(SetAside const& row) {
    announce([row, text = std::string{row.text}, next_step = std::string{row.next_step}](CellSink& sink) {
        sink.set_aside({row.code, row.position, text, next_step});
    });
}

void CellPipe::finish(std::uint64_t rows) {
    announce([rows](CellSink& sink) { sink.finish(rows); });
    pipe_.finish();
}

void CellPipe::announce(Call call) {
    auto& batch = pipe_.at_hand();
    batch.announcements.push_back({batch.cells.size(), std::move(call)});
}

void CellPipe::deliver(Batch& batch) {
    std::span<Cell const> const cells{batch.cells};
    std::span<std::uint32_t const> const codes{batch.codes};
    auto const blocks = cells.empty() ? 0 : codes.size() / cells.size();
    std::size_t done = 0;
    auto const deliver_to = [&](std::size_t end) {
        if (end > done)
            target_.cells(cells.subspan(done, end - done),
                          codes.subspan(done * blocks, (end - done) * blocks));
        done = end;
    };
    for (auto const& announcement : batch.announcements) {
        deliver_to(announcement.cells_before);
        announcement.call(target_);
    }
    deliver_to(cells.size());
    batch.announcements.clear();
    batch.cells.clear();
    batch.codes.clear();
}

} // namespace gateway::ingest
