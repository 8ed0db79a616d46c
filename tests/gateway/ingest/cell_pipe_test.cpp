#include "gateway/ingest/cell_pipe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "gateway/core/error.hpp"

namespace gateway::ingest {
namespace {

/// Writes down what arrives, cell by cell.
class Recorder final : public CellSink {
  public:
    void table(TableInfo const& info) override { text += "table " + info.statistic_code + "\n"; }
    void code(Column, unsigned block, std::uint32_t id, SourceCode const& code) override {
        text += "code " + std::to_string(block) + " " + std::to_string(id) + " " +
                std::string{code.variable} + "|" + std::string{code.variable_label} + "|" +
                std::string{code.code} + "|" + std::string{code.label} + "\n";
    }
    void sign(std::uint8_t id, std::string_view sign) override {
        text += "sign " + std::to_string(id) + " " + std::string{sign} + "\n";
    }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            text += std::to_string(cells[i].line);
            for (std::size_t block = 0; block < 2; ++block)
                text += " " + std::to_string(codes[2 * i + block]);
            text += "\n";
            if (cells[i].line == fail_at) throw Error{Errc::malformed, "line " + std::to_string(fail_at)};
        }
        seen += cells.size();
    }
    void issue(Issue issue) override { text += "issue " + issue.text + "\n"; }
    void finish(std::uint64_t rows) override { text += "finish " + std::to_string(rows) + "\n"; }

    std::string text;
    std::atomic<std::uint64_t> seen{0};
    std::uint64_t fail_at = 0;
};

/// The thread that hears the bell.
class Helper {
  public:
    explicit Helper(CellSink& target)
        : pipe{target, bell_}, thread_{[this] {
              while (!stops_) {
                  auto const ticket = bell_.ticket();
                  if (!pipe.work_some() && !stops_) bell_.wait(ticket);
              }
          }} {}
    void stop() {
        stops_ = true;
        bell_.ring();
        if (thread_.joinable()) thread_.join();
    }
    Helper(Helper const&) = delete;
    Helper& operator=(Helper const&) = delete;
    ~Helper() { stop(); }

  private:
    io::Bell bell_;
    std::atomic<bool> stops_{false};

  public:
    CellPipe pipe;

  private:
    std::thread thread_; ///< the last member: it uses the others
};

/// A document with codes, signs and issues between its cells; `before_end` comes before its last cells.
void tell(CellSink& sink, std::uint64_t rows, std::function<void()> const& before_end = {}) {
    TableInfo info;
    info.statistic_code = "12411";
    info.blocks = 2;
    sink.table(info);
    std::vector<Cell> cells;
    std::vector<std::uint32_t> codes;
    for (std::uint64_t row = 1; row <= rows; ++row) {
        if (row % 700 == 1) {
            // The texts are gone after the call.
            std::string code = "code " + std::to_string(row);
            sink.code(Column::block, 1, static_cast<std::uint32_t>(row / 700),
                      {"GES", "Geschlecht", code, code});
            code.assign(code.size(), '?');
        }
        if (row % 5000 == 0) sink.sign(static_cast<std::uint8_t>(row / 5000), "-");
        if (row % 3333 == 0)
            sink.issue({Errc::short_row, Severity::error, {row, 1}, "row " + std::to_string(row), {}, 1});
        Cell cell;
        cell.line = row;
        cells.push_back(cell);
        codes.push_back(static_cast<std::uint32_t>(row));
        codes.push_back(static_cast<std::uint32_t>(row % 7));
        if (row == rows && before_end) before_end();
        if (row % 100 == 0 || row == rows) {
            sink.cells(cells, codes);
            cells.clear();
            codes.clear();
        }
    }
    sink.finish(rows);
}

TEST(CellPipe, GivesTheTargetTheSameCallsInTheSameOrder) {
    for (std::uint64_t const rows : {1U, 99U, 4096U, 50'000U, 200'000U}) {
        Recorder direct;
        tell(direct, rows);
        Recorder piped;
        Helper helper{piped};
        tell(helper.pipe, rows, [&] {
            helper.stop();
            helper.pipe.take_over();
        });
        EXPECT_TRUE(piped.text == direct.text) << rows << " rows";
    }
}

TEST(CellPipe, DoesWhatIsLeftItselfWhereTheOtherThreadDidNothing) {
    Recorder direct;
    tell(direct, 20'000);
    Recorder piped;
    io::Bell bell;
    CellPipe pipe{piped, bell};
    tell(pipe, 20'000, [&] {
        EXPECT_EQ(piped.seen, 0U);
        pipe.take_over();
        EXPECT_GT(piped.seen, 16'000U);
    });
    EXPECT_TRUE(piped.text == direct.text);
}

TEST(CellPipe, ThrowsWhatTheTargetThrew) {
    for (std::uint64_t const line : {1U, 30'000U, 50'000U, 200'000U}) {
        Recorder target;
        target.fail_at = line;
        Helper helper{target};
        try {
            tell(helper.pipe, 200'000, [&] {
                helper.stop();
                helper.pipe.take_over();
            });
            ADD_FAILURE() << "nothing thrown for line " << line;
        } catch (Error const& error) {
            EXPECT_EQ(error.what(), "line " + std::to_string(line));
        }
    }
}

TEST(CellPipe, DropsWhatIsUnderWayWhereTheReaderGivesUp) {
    Recorder target;
    {
        io::Bell bell;
        CellPipe pipe{target, bell};
        pipe.issue({Errc::malformed, Severity::error, {}, "the document ends here", {}, 1});
    }
    EXPECT_EQ(target.text, "");
    EXPECT_EQ(target.seen, 0U);
}

} // namespace
} // namespace gateway::ingest
