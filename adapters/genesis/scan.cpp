#include "adapters/genesis/scan.hpp"

#include <array>
#include <bit>
#include <cassert>

#include "gateway/io/scan_blocks.hpp"

namespace adapters::genesis {

namespace {

using gateway::io::places_slack;
using gateway::io::scan_blocks;

/// Semicolons, line feeds, quotation marks.
struct Finder {
    std::uint32_t* ends = nullptr;
    std::uint32_t* lines = nullptr;
    std::uint32_t count = 0;
    std::uint32_t line_count = 0;
    std::uint64_t quotes = 0;

    [[gnu::always_inline]] void block(std::array<std::uint64_t, 3> const& masks, std::uint32_t offset) {
        auto const all = masks[0] | masks[1];
        quotes |= masks[2];
        for (auto rest = masks[1]; rest != 0; rest &= rest - 1) {
            auto const below = (rest & (~rest + 1)) - 1;
            lines[line_count++] = count + static_cast<std::uint32_t>(std::popcount(all & below));
        }
        count += gateway::io::write_places(all, offset, ends + count);
    }
};

struct LineCounter {
    std::uint64_t lines = 0;
    [[gnu::always_inline]] void block(std::array<std::uint64_t, 1> const& masks, std::uint32_t) {
        lines += static_cast<std::uint64_t>(std::popcount(masks[0]));
    }
};

} // namespace

void scan(std::string_view window, ScanMarks& marks, ScanKernel kernel) {
    assert(window.size() < UINT32_MAX);
    if (marks.ends.size() < window.size() + places_slack) {
        marks.ends.resize(window.size() + places_slack);
        marks.line_ends.resize(window.size() + places_slack);
    }
    Finder finder{marks.ends.data(), marks.line_ends.data()};
    scan_blocks(window, std::array{';', '\n', '"'}, kernel, finder);
    marks.end_count = finder.count;
    marks.line_count = finder.line_count;
    marks.quotes = finder.quotes != 0;
}

std::uint64_t count_lines(std::string_view text) noexcept {
    LineCounter counter;
    scan_blocks(text, std::array{'\n'}, best_scan_kernel(), counter);
    return counter.lines;
}

} // namespace adapters::genesis
