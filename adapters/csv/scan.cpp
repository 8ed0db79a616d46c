#include "adapters/csv/scan.hpp"

#include <bit>
#include <cassert>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace adapters::csv {
namespace {

constexpr std::size_t block = 64;
// Offsets are written eight at a time, past the last one if need be.
constexpr std::size_t slack = 2 * block;

/// One bit per byte of a block.
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

[[gnu::always_inline]] inline void emit(Masks const& masks, std::uint32_t offset, Cursor& cursor) {
    auto ends = outside(masks, offset, cursor);
    auto const count = static_cast<std::uint32_t>(std::popcount(ends));
    auto* out = cursor.ends + cursor.count;
    for (std::uint32_t written = 0; written < count; written += 8) {
        for (int i = 0; i < 8; ++i) {
            *out++ = offset + static_cast<std::uint32_t>(std::countr_zero(ends));
            ends &= ends - 1;
        }
    }
    cursor.count += count;
}

Masks masks_scalar(char const* text, ScanBytes const& bytes) {
    Masks masks;
    for (unsigned i = 0; i < block; ++i) {
        auto const bit = std::uint64_t{1} << i;
        char const c = text[i];
        if (c == bytes.delimiter) masks.delimiters |= bit;
        if (c == bytes.line_end) masks.line_ends |= bit;
        if (c == '\r') masks.returns |= bit;
        if (c == bytes.quote) masks.quotes |= bit;
    }
    return masks;
}

std::size_t scan_scalar(char const* text, std::size_t size, ScanBytes const& bytes, Cursor& cursor) {
    std::size_t at = 0;
    for (; at + block <= size; at += block)
        emit(masks_scalar(text + at, bytes), static_cast<std::uint32_t>(at), cursor);
    return at;
}

#if defined(__x86_64__)

[[gnu::target("avx2,bmi,popcnt")]] std::size_t scan_avx2(char const* text, std::size_t size,
                                                         ScanBytes const& bytes, Cursor& cursor) {
    auto const delimiter = _mm256_set1_epi8(bytes.delimiter);
    auto const line_end = _mm256_set1_epi8(bytes.line_end);
    auto const quote = _mm256_set1_epi8(bytes.quote);
    auto const carriage = _mm256_set1_epi8('\r');
    std::size_t at = 0;
    for (; at + block <= size; at += block) {
        void const* first = text + at;
        void const* second = text + at + 32;
        auto const low = _mm256_loadu_si256(static_cast<__m256i const*>(first));
        auto const high = _mm256_loadu_si256(static_cast<__m256i const*>(second));
        // A macro would be shorter; a lambda does not inherit the target.
        auto const pack = [](int a, int b) {
            return static_cast<std::uint32_t>(a) | std::uint64_t{static_cast<std::uint32_t>(b)} << 32U;
        };
        Masks masks;
        masks.delimiters = pack(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, delimiter)),
                                _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, delimiter)));
        masks.line_ends = pack(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, line_end)),
                               _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, line_end)));
        masks.quotes = pack(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, quote)),
                            _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, quote)));
        masks.returns = pack(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, carriage)),
                             _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, carriage)));
        emit(masks, static_cast<std::uint32_t>(at), cursor);
    }
    return at;
}

[[gnu::target("avx512f,avx512bw,bmi,popcnt")]] std::size_t
scan_avx512(char const* text, std::size_t size, ScanBytes const& bytes, Cursor& cursor) {
    auto const delimiter = _mm512_set1_epi8(bytes.delimiter);
    auto const line_end = _mm512_set1_epi8(bytes.line_end);
    auto const quote = _mm512_set1_epi8(bytes.quote);
    auto const carriage = _mm512_set1_epi8('\r');
    std::size_t at = 0;
    for (; at + block <= size; at += block) {
        auto const part = _mm512_loadu_si512(text + at);
        Masks masks;
        masks.delimiters = _mm512_cmpeq_epi8_mask(part, delimiter);
        masks.line_ends = _mm512_cmpeq_epi8_mask(part, line_end);
        masks.quotes = _mm512_cmpeq_epi8_mask(part, quote);
        masks.returns = _mm512_cmpeq_epi8_mask(part, carriage);
        emit(masks, static_cast<std::uint32_t>(at), cursor);
    }
    return at;
}

#endif

} // namespace

void scan(std::string_view window, ScanBytes const& bytes, ScanMarks& marks, ScanKernel kernel) {
    assert(window.size() < UINT32_MAX);
    if (marks.ends.size() < window.size() + slack) marks.ends.resize(window.size() + slack);
    Cursor cursor;
    cursor.ends = marks.ends.data();
    std::size_t at = 0;
    switch (kernel) {
#if defined(__x86_64__)
    case ScanKernel::avx2: at = scan_avx2(window.data(), window.size(), bytes, cursor); break;
    case ScanKernel::avx512: at = scan_avx512(window.data(), window.size(), bytes, cursor); break;
#endif
    default: at = scan_scalar(window.data(), window.size(), bytes, cursor); break;
    }
    if (at < window.size()) {
        char rest[block];
        // Filled with line ends: a closing quotation mark at the very end is no stray one.
        std::memset(rest, bytes.line_end, block);
        auto const size = window.size() - at;
        std::memcpy(rest, window.data() + at, size);
        auto masks = masks_scalar(rest, bytes);
        emit(masks, static_cast<std::uint32_t>(at), cursor);
        while (cursor.count > 0 && cursor.ends[cursor.count - 1] >= window.size()) --cursor.count;
        if (cursor.stray != SIZE_MAX && cursor.stray >= window.size()) cursor.stray = SIZE_MAX;
    }
    marks.count = cursor.count;
    marks.stray = cursor.stray;
    marks.doubled = cursor.doubled != 0;
    marks.inner_lines = cursor.inner_lines != 0;
}

} // namespace adapters::csv
