#include "adapters/genesis/scan.hpp"

#include <bit>
#include <cassert>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace adapters::genesis {

namespace {

constexpr std::size_t block = 64;
// Indices are written eight at a time, past the last one if need be.
constexpr std::size_t slack = 2 * block;

struct Masks {
    std::uint64_t ends;
    std::uint64_t lines;
    std::uint64_t quotes;
};

/// Where a kernel writes.
struct Cursor {
    std::uint32_t* ends;
    std::uint32_t* lines;
    std::uint32_t count = 0;
    std::uint32_t line_count = 0;
    std::uint64_t quotes = 0;
};

[[gnu::always_inline]] inline void emit(Masks const& masks, std::uint32_t offset, Cursor& cursor) {
    cursor.quotes |= masks.quotes;
    for (auto lines = masks.lines; lines != 0; lines &= lines - 1) {
        auto const below = (lines & (~lines + 1)) - 1;
        cursor.lines[cursor.line_count++] =
            cursor.count + static_cast<std::uint32_t>(std::popcount(masks.ends & below));
    }
    auto ends = masks.ends;
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

Masks masks_scalar(char const* bytes) {
    Masks masks{};
    for (unsigned i = 0; i < block; ++i) {
        auto const bit = std::uint64_t{1} << i;
        char const c = bytes[i];
        if (c == '\n') masks.lines |= bit;
        if (c == ';' || c == '\n') masks.ends |= bit;
        if (c == '"') masks.quotes |= bit;
    }
    return masks;
}

std::size_t scan_scalar(char const* bytes, std::size_t size, Cursor& cursor) {
    std::size_t at = 0;
    for (; at + block <= size; at += block)
        emit(masks_scalar(bytes + at), static_cast<std::uint32_t>(at), cursor);
    return at;
}

#if defined(__x86_64__)

[[gnu::target("avx2,bmi,popcnt")]] std::size_t scan_avx2(char const* bytes, std::size_t size,
                                                         Cursor& cursor) {
    auto const semicolon = _mm256_set1_epi8(';');
    auto const line_feed = _mm256_set1_epi8('\n');
    auto const quote = _mm256_set1_epi8('"');
    std::size_t at = 0;
    for (; at + block <= size; at += block) {
        void const* first = bytes + at;
        void const* second = bytes + at + 32;
        auto const low = _mm256_loadu_si256(static_cast<__m256i const*>(first));
        auto const high = _mm256_loadu_si256(static_cast<__m256i const*>(second));
        // Repeated by hand: a lambda would not inherit the target.
        auto const lines_low =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, line_feed)));
        auto const lines_high =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, line_feed)));
        auto const fields_low =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, semicolon)));
        auto const fields_high =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, semicolon)));
        auto const quotes_low =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, quote)));
        auto const quotes_high =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, quote)));
        Masks masks{};
        masks.lines = lines_low | std::uint64_t{lines_high} << 32U;
        masks.ends = masks.lines | fields_low | std::uint64_t{fields_high} << 32U;
        masks.quotes = quotes_low | std::uint64_t{quotes_high} << 32U;
        emit(masks, static_cast<std::uint32_t>(at), cursor);
    }
    return at;
}

[[gnu::target("avx512f,avx512bw,bmi,popcnt")]] std::size_t scan_avx512(char const* bytes, std::size_t size,
                                                                       Cursor& cursor) {
    auto const semicolon = _mm512_set1_epi8(';');
    auto const line_feed = _mm512_set1_epi8('\n');
    auto const quote = _mm512_set1_epi8('"');
    std::size_t at = 0;
    for (; at + block <= size; at += block) {
        auto const text = _mm512_loadu_si512(bytes + at);
        Masks masks{};
        masks.lines = _mm512_cmpeq_epi8_mask(text, line_feed);
        masks.ends = masks.lines | _mm512_cmpeq_epi8_mask(text, semicolon);
        masks.quotes = _mm512_cmpeq_epi8_mask(text, quote);
        emit(masks, static_cast<std::uint32_t>(at), cursor);
    }
    return at;
}

/// Lines in whole blocks of 64 bytes; returns the bytes looked at.
[[gnu::target("avx2,bmi,popcnt")]] std::size_t count_avx2(char const* bytes, std::size_t size,
                                                          std::uint64_t& lines) noexcept {
    auto const line_feed = _mm256_set1_epi8('\n');
    std::size_t at = 0;
    for (; at + block <= size; at += block) {
        void const* first = bytes + at;
        void const* second = bytes + at + 32;
        auto const low = _mm256_cmpeq_epi8(_mm256_loadu_si256(static_cast<__m256i const*>(first)), line_feed);
        auto const high =
            _mm256_cmpeq_epi8(_mm256_loadu_si256(static_cast<__m256i const*>(second)), line_feed);
        auto const low_mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
        auto const high_mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
        lines += static_cast<std::uint64_t>(std::popcount(low_mask | std::uint64_t{high_mask} << 32U));
    }
    return at;
}

#endif

} // namespace

void scan(std::string_view window, ScanMarks& marks, ScanKernel kernel) {
    assert(window.size() < UINT32_MAX);
    if (marks.ends.size() < window.size() + slack) {
        marks.ends.resize(window.size() + slack);
        marks.line_ends.resize(window.size() + slack);
    }
    Cursor cursor{marks.ends.data(), marks.line_ends.data()};
    std::size_t at = 0;
    switch (kernel) {
#if defined(__x86_64__)
    case ScanKernel::avx2: at = scan_avx2(window.data(), window.size(), cursor); break;
    case ScanKernel::avx512: at = scan_avx512(window.data(), window.size(), cursor); break;
#endif
    default: at = scan_scalar(window.data(), window.size(), cursor); break;
    }
    if (at < window.size()) {
        char rest[block] = {};
        std::memcpy(rest, window.data() + at, window.size() - at);
        emit(masks_scalar(rest), static_cast<std::uint32_t>(at), cursor);
    }
    marks.end_count = cursor.count;
    marks.line_count = cursor.line_count;
    marks.quotes = cursor.quotes != 0;
}

std::uint64_t count_lines(std::string_view text) noexcept {
    std::uint64_t lines = 0;
    std::size_t at = 0;
#if defined(__x86_64__)
    if (best_scan_kernel() != ScanKernel::scalar) at = count_avx2(text.data(), text.size(), lines);
#endif
    for (; at < text.size(); ++at) lines += static_cast<std::uint64_t>(text[at] == '\n');
    return lines;
}

} // namespace adapters::genesis
