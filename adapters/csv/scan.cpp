#include "adapters/csv/scan.hpp"

#include <array>
#include <bit>
#include <cassert>

#include "gateway/io/scan_blocks.hpp"

namespace adapters::csv {
namespace {

using gateway::io::places_slack;

/// Bits of one block.
struct Masks {
    std::uint64_t delimiters = 0;
    std::uint64_t line_ends = 0;
    std::uint64_t returns = 0; ///< '\r'
    std::uint64_t quotes = 0;
};

/// What one block leaves for the next: a bit at the bottom, or all bits.
struct Carry {
    std::uint64_t inside = 0;   ///< all ones within quotation marks
    std::uint64_t may_open = 1; ///< the byte before lets a quotation mark open a field
    std::uint64_t closed = 0;   ///< the byte before was a closing quotation mark
};

struct Cursor {
    std::uint32_t* ends = nullptr;
    std::uint32_t count = 0;
    std::size_t stray = SIZE_MAX;
    std::uint64_t doubled = 0;
    std::uint64_t inner_lines = 0;
    Carry carry;
};

/// Bit i is the parity of bits 0 to i.
[[gnu::always_inline]] inline std::uint64_t prefix_parity(std::uint64_t bits) noexcept {
    bits ^= bits << 1U;
    bits ^= bits << 2U;
    bits ^= bits << 4U;
    bits ^= bits << 8U;
    bits ^= bits << 16U;
    return bits ^ (bits << 32U);
}

/// Leaves out what stands in quotation marks and looks whether these stand where they should.
[[gnu::always_inline]] inline std::uint64_t outside(Masks const& masks, std::uint32_t offset,
                                                    Cursor& cursor) {
    auto const all_ends = masks.delimiters | masks.line_ends;
    auto& carry = cursor.carry;
    if ((masks.quotes | carry.inside | carry.closed) == 0) [[likely]] {
        carry.may_open = all_ends >> 63U;
        return all_ends;
    }
    auto const inside = prefix_parity(masks.quotes) ^ carry.inside;
    auto const opening = masks.quotes & inside;
    auto const closing = masks.quotes & ~inside;
    auto const ends = all_ends & ~inside;
    auto const may_open = ends << 1U | carry.may_open;
    auto const after_closing = closing << 1U | carry.closed;
    auto const bad_opening = opening & ~(may_open | after_closing);
    auto const bad_after = after_closing & ~(ends | opening | masks.returns);
    if ((bad_opening | bad_after) != 0 && cursor.stray == SIZE_MAX)
        cursor.stray = offset + static_cast<std::size_t>(std::countr_zero(bad_opening | bad_after));
    cursor.doubled |= opening & after_closing;
    cursor.inner_lines |= masks.line_ends & inside;
    carry.inside = (inside >> 63U) != 0 ? ~std::uint64_t{0} : 0;
    carry.may_open = ends >> 63U;
    carry.closed = closing >> 63U;
    return ends;
}

/// In the order of the bytes that scan() asks for.
struct Finder {
    Cursor cursor;
    [[gnu::always_inline]] void block(std::array<std::uint64_t, 4> const& masks, std::uint32_t offset) {
        auto const ends = outside({masks[0], masks[1], masks[2], masks[3]}, offset, cursor);
        cursor.count += gateway::io::write_places(ends, offset, cursor.ends + cursor.count);
    }
};

} // namespace

void scan(std::string_view window, ScanBytes const& bytes, ScanMarks& marks, ScanKernel kernel) {
    assert(window.size() < UINT32_MAX);
    if (marks.ends.size() < window.size() + places_slack) marks.ends.resize(window.size() + places_slack);
    Finder finder;
    auto& cursor = finder.cursor;
    cursor.ends = marks.ends.data();
    // Filled up with line ends: a closing quotation mark at the very end is no stray one.
    std::array const wanted{bytes.delimiter, bytes.line_end, '\r', bytes.quote};
    gateway::io::scan_blocks(window, wanted, kernel, finder, bytes.line_end);
    while (cursor.count > 0 && cursor.ends[cursor.count - 1] >= window.size()) --cursor.count;
    if (cursor.stray != SIZE_MAX && cursor.stray >= window.size()) cursor.stray = SIZE_MAX;
    marks.count = cursor.count;
    marks.stray = cursor.stray;
    marks.doubled = cursor.doubled != 0;
    marks.inner_lines = cursor.inner_lines != 0;
}

} // namespace adapters::csv
