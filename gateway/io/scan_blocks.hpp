// Text in blocks of 64 bytes: which of them are a delimiter, a line end, a quotation mark; one bit per byte.
//
// A scanner names the bytes that it looks for and what to do with the masks of a block; the kernels do the rest
// and give the same answer.
//
// Use      struct Finder { void block(std::array<std::uint64_t, 2> const& masks, std::uint32_t offset); };
//          scan_blocks(text, std::array{';', '\n'}, kernel, finder);
//          block() must be always_inline: it becomes part of the loop of each kernel.
// Machine  AVX-512, AVX2 or none; the caller asks can_scan_with()
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "gateway/io/scan_kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gateway::io {

inline constexpr std::size_t scan_block = 64;

namespace scanning {

template <std::size_t N>
std::array<std::uint64_t, N> masks_of(char const* text, std::array<char, N> const& bytes) noexcept {
    std::array<std::uint64_t, N> masks{};
    for (unsigned i = 0; i < scan_block; ++i)
        for (std::size_t k = 0; k < N; ++k) masks[k] |= std::uint64_t{text[i] == bytes[k]} << i;
    return masks;
}

template <std::size_t N, typename Finder>
std::size_t by_bytes(std::string_view text, std::array<char, N> const& bytes, Finder& finder) {
    std::size_t at = 0;
    for (; at + scan_block <= text.size(); at += scan_block)
        finder.block(masks_of(text.data() + at, bytes), static_cast<std::uint32_t>(at));
    return at;
}

#if defined(__x86_64__)

// Masks of two halves; a lambda would not inherit the target.
[[gnu::target("avx2,bmi,popcnt"), gnu::always_inline]] inline std::uint64_t equal(__m256i low, __m256i high,
                                                                                  __m256i byte) noexcept {
    auto const first = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte)));
    auto const second = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte)));
    return first | std::uint64_t{second} << 32U;
}

template <typename Finder, std::size_t... K>
[[gnu::target("avx2,bmi,popcnt")]] std::size_t by_avx2(std::string_view text,
                                                       std::array<char, sizeof...(K)> const& bytes,
                                                       Finder& finder, std::index_sequence<K...>) {
    __m256i const wanted[] = {_mm256_set1_epi8(bytes[K])...};
    std::size_t at = 0;
    for (; at + scan_block <= text.size(); at += scan_block) {
        void const* first = text.data() + at;
        void const* second = text.data() + at + scan_block / 2;
        auto const low = _mm256_loadu_si256(static_cast<__m256i const*>(first));
        auto const high = _mm256_loadu_si256(static_cast<__m256i const*>(second));
        finder.block({equal(low, high, wanted[K])...}, static_cast<std::uint32_t>(at));
    }
    return at;
}

template <typename Finder, std::size_t... K>
[[gnu::target("avx512f,avx512bw,bmi,popcnt")]] std::size_t
by_avx512(std::string_view text, std::array<char, sizeof...(K)> const& bytes, Finder& finder,
          std::index_sequence<K...>) {
    __m512i const wanted[] = {_mm512_set1_epi8(bytes[K])...};
    std::size_t at = 0;
    for (; at + scan_block <= text.size(); at += scan_block) {
        auto const part = _mm512_loadu_si512(text.data() + at);
        finder.block({_mm512_cmpeq_epi8_mask(part, wanted[K])...}, static_cast<std::uint32_t>(at));
    }
    return at;
}

#endif

} // namespace scanning

/// Hands every block of `text` (less than 4 GiB) to `finder`. The last one, where it is not whole, is filled up
/// with `filling`; a finder may see places behind the end there.
template <std::size_t N, typename Finder>
void scan_blocks(std::string_view text, std::array<char, N> const& bytes, ScanKernel kernel, Finder& finder,
                 char filling = '\0') {
    [[maybe_unused]] constexpr std::make_index_sequence<N> each;
    std::size_t at = 0;
    switch (kernel) {
#if defined(__x86_64__)
    case ScanKernel::avx2: at = scanning::by_avx2(text, bytes, finder, each); break;
    case ScanKernel::avx512: at = scanning::by_avx512(text, bytes, finder, each); break;
#endif
    default: at = scanning::by_bytes(text, bytes, finder); break;
    }
    if (at == text.size()) return;
    char rest[scan_block];
    std::memset(rest, filling, scan_block);
    std::memcpy(rest, text.data() + at, text.size() - at);
    finder.block(scanning::masks_of(rest, bytes), static_cast<std::uint32_t>(at));
}

/// Writes the place of every bit to `out`, eight at a time and therefore up to seven past the last; returns how
/// many there are.
[[gnu::always_inline]] inline std::uint32_t write_places(std::uint64_t bits, std::uint32_t offset,
                                                         std::uint32_t* out) noexcept {
    auto const count = static_cast<std::uint32_t>(std::popcount(bits));
    for (std::uint32_t written = 0; written < count; written += 8) {
        for (int i = 0; i < 8; ++i) {
            *out++ = offset + static_cast<std::uint32_t>(std::countr_zero(bits));
            bits &= bits - 1;
        }
    }
    return count;
}
/// Room that write_places() needs behind the offsets of a text.
inline constexpr std::size_t places_slack = 2 * scan_block;

} // namespace gateway::io
