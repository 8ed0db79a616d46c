// Figures of at most sixteen bytes without a branch per byte: sixteen characters are turned at once.
//
// The lengths of neighbouring figures are as good as random, so that a loop over their digits costs more in
// mispredicted branches than in work; wide tables are little else. Anything but an optional '-', digits, sound
// groups and at most one decimal mark with digits on both sides is left to read_figure(), which gives the same
// number for everything read here.
//
// Memory   sixteen bytes that end where the figure ends are read, all of them within `around`
// Machine  AVX2; without it (can_read_quick_figures) read_figure() reads everything
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "adapters/table/number.hpp"
#include "gateway/core/decimal.hpp"
#include "gateway/io/scan_kernel.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace adapters::table {

/// The marks of a column, as they are compared.
struct QuickMarks {
    QuickMarks() = default;
    explicit QuickMarks(Marks const& marks) noexcept : grouped(marks.thousands != '\0') {
        decimal.fill(marks.decimal);
        thousands.fill(marks.thousands);
    }
    alignas(16) std::array<char, 16> decimal{};
    alignas(16) std::array<char, 16> thousands{};
    bool grouped = false;
};

inline bool can_read_quick_figures() noexcept {
    return gateway::io::best_scan_kernel() != gateway::io::ScanKernel::scalar;
}

#if defined(__x86_64__)

namespace quick {

inline constexpr unsigned width = 16;
inline constexpr unsigned most_tail = 10;  ///< the decimal mark and what stands behind it
inline constexpr unsigned most_groups = 3; ///< thousands marks

using Bytes = std::array<std::uint8_t, width>;

/// Which character comes where once the marks are gone, by tail and number of thousands marks. The last digit
/// stays last; 0x80 is nothing.
inline constexpr auto moves = [] {
    std::array<std::array<Bytes, most_groups + 1>, most_tail + 1> table{};
    for (unsigned tail = 0; tail <= most_tail; ++tail)
        for (unsigned groups = 0; groups <= most_groups; ++groups) {
            auto& move = table[tail][groups];
            move.fill(0x80);
            unsigned to = width;
            for (unsigned back = 1; back <= width; ++back) { // characters from the last one
                bool const is_decimal = back == tail;
                bool const is_group = back > tail && (back - tail) % 4 == 0 && (back - tail) / 4 <= groups;
                if (!is_decimal && !is_group) move[--to] = static_cast<std::uint8_t>(width - back);
            }
        }
    return table;
}();

/// All ones in the last `count` bytes.
inline constexpr auto last_bytes = [] {
    std::array<Bytes, width + 1> table{};
    for (unsigned count = 0; count <= width; ++count)
        for (unsigned at = width - count; at < width; ++at) table[count][at] = 0xFF;
    return table;
}();

[[gnu::target("avx2,bmi"), gnu::always_inline]] inline __m128i load(void const* at) noexcept {
    return _mm_loadu_si128(static_cast<__m128i const*>(at));
}

/// Whether sixteen bytes that end where a text at `text` begins, or later, may be read.
inline bool has_room_before(char const* text, std::string_view around) noexcept {
    // One question: what would be negative is larger than everything.
    auto const first = reinterpret_cast<std::uintptr_t>(around.data()) + width;
    auto const room = around.size() > width ? around.size() - width : 0;
    return reinterpret_cast<std::uintptr_t>(text) - first < room;
}

/// Whether sixteen bytes that end with `text` may be read.
inline bool readable(std::string_view text, std::string_view around) noexcept {
    return has_room_before(text.data(), around) && text.size() - 1 < width;
}

inline constexpr unsigned most_few_digits = 4;

/// One to four digits; false for anything else. Sixteen bytes that end with `text` may be read.
inline bool read_few_digits(std::string_view text, gateway::Decimal& out) noexcept {
    std::uint32_t letters = 0;
    std::memcpy(&letters, text.data() + text.size() - sizeof letters, sizeof letters);
    // The first letter lies lowest; what stands before the text becomes zeros.
    auto const digits = (letters ^ 0x30303030U) &
                        (~std::uint32_t{0} << ((0U - 8U * static_cast<unsigned>(text.size())) & 31U));
    if (((digits | (digits + 0x76767676U)) & 0x80808080U) != 0) return false;
    // Ten times a digit and the next one, then a hundred times a pair and the next one.
    auto const pairs = (digits * 0x0A01U) >> 8U & 0x00FF00FFU;
    out = gateway::Decimal::from_integer((pairs * 0x00640001U) >> 16U);
    return true;
}

} // namespace quick

/// Whether `text` is digits, points and commas, with an optional '-' in front, and where the marks stand: bit 15
/// is the last character. False also where `around` does not hold it with sixteen bytes before it.
[[gnu::target("avx2,bmi"), gnu::always_inline]] inline bool find_quick_marks(std::string_view text,
                                                                             std::string_view around,
                                                                             unsigned& points,
                                                                             unsigned& commas) noexcept {
    using namespace quick;
    if (!readable(text, around)) return false;
    auto const all = load(text.data() + text.size() - width);
    auto const used = load(last_bytes[text.size()].data());
    auto const is_point = _mm_and_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8('.')), used);
    auto const is_comma = _mm_and_si128(_mm_cmpeq_epi8(all, _mm_set1_epi8(',')), used);
    auto const over = _mm_subs_epu8(_mm_sub_epi8(all, _mm_set1_epi8('0')), _mm_set1_epi8(9));
    auto const no_digit = _mm_andnot_si128(_mm_cmpeq_epi8(over, _mm_setzero_si128()), used);
    auto const others = _mm_andnot_si128(_mm_or_si128(is_point, is_comma), no_digit);
    points = static_cast<unsigned>(_mm_movemask_epi8(is_point));
    commas = static_cast<unsigned>(_mm_movemask_epi8(is_comma));
    auto const minus = static_cast<unsigned>(text.front() == '-') << (width - text.size());
    return (static_cast<unsigned>(_mm_movemask_epi8(others)) & ~minus) == 0;
}

/// Reads `text` into `out`; false where it is none of these figures, or where `around` does not hold it with
/// sixteen bytes before it. Only where can_read_quick_figures().
[[gnu::target("avx2,bmi"), gnu::always_inline]] inline bool
read_quick_figure(std::string_view text, std::string_view around, QuickMarks const& marks,
                  gateway::Decimal& out) noexcept {
    using namespace quick;
    if (!readable(text, around)) return false;
    if (text.size() <= most_few_digits && read_few_digits(text, out)) return true;
    auto const size = static_cast<unsigned>(text.size());
    auto const all = load(text.data() + text.size() - width);
    auto const used = load(last_bytes[size].data());
    auto const is_decimal = _mm_and_si128(_mm_cmpeq_epi8(all, load(marks.decimal.data())), used);
    auto const decimals = static_cast<unsigned>(_mm_movemask_epi8(is_decimal));
    auto const negative = static_cast<unsigned>(text.front() == '-');
    // Of several decimal marks the first counts; the others are no digits.
    auto const tail = width - static_cast<unsigned>(std::countr_zero(decimals | 1U << width));
    auto const whole = size - negative - tail; // digits and thousands marks in front of the decimal mark
    if (tail == 1 || tail > most_tail || whole - 1 >= width) return false;
    unsigned groups = 0;
    if (marks.grouped) {
        auto const is_mark = _mm_and_si128(_mm_cmpeq_epi8(all, load(marks.thousands.data())), used);
        auto const found = static_cast<unsigned>(_mm_movemask_epi8(is_mark));
        auto const due = 0x1111U & (0xFFFFU << (width - whole)); // one in front of every three digits
        if (found << tail != due || whole % 4 == 0) return false;
        groups = whole / 4;
    }
    auto const scale = tail - static_cast<unsigned>(tail != 0);
    auto const digits = whole + scale - groups;
    auto text_digits =
        _mm_shuffle_epi8(_mm_sub_epi8(all, _mm_set1_epi8('0')), load(moves[tail][groups].data()));
    text_digits = _mm_and_si128(text_digits, load(last_bytes[digits].data()));
    auto const no_digits = _mm_subs_epu8(text_digits, _mm_set1_epi8(9));
    if (_mm_testz_si128(no_digits, no_digits) == 0) return false;
    // Pairs, fours, eights.
    auto const pairs = _mm_maddubs_epi16(text_digits, _mm_set1_epi16(0x010A));
    auto const fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    auto const packed = _mm_packus_epi32(fours, fours);
    auto const eights =
        static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_madd_epi16(packed, _mm_set1_epi32(0x00012710))));
    auto const number = static_cast<std::int64_t>((eights & 0xFFFFFFFFU) * 100'000'000U + (eights >> 32U));
    out = gateway::Decimal::from_scaled(negative != 0 ? -number : number, scale);
    return true;
}

#endif

} // namespace adapters::table
