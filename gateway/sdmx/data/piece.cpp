#include "gateway/sdmx/data/piece.hpp"

#include <algorithm>
#include <bit>

namespace gateway::sdmx::data {
namespace {

static_assert(std::endian::native == std::endian::little, "digits are bytes of a word");

constexpr std::uint64_t ascii_zeros = 0x3030'3030'3030'3030U;
constexpr std::uint64_t most_left = std::uint64_t{1} << 56U; ///< the last digit counts also where it is 0

/// The digits of a number below 10^8, the first in the lowest byte. Digit by digit, through memory, would take
/// three times as long.
/// Source   P. Khuong, "How to print integers really fast" (2017)
constexpr std::uint64_t eight_digits(std::uint64_t number) noexcept {
    auto const merged = (number / 10'000) | ((number % 10'000) << 32U);
    auto const top = ((merged * 10'486U) >> 20U) & 0x7F'0000'007FU;
    auto const hundreds = ((merged - 100U * top) << 16U) + top;
    auto const tens = ((hundreds * 103U) >> 10U) & 0x000F'000F'000F'000FU;
    return tens + ((hundreds - 10U * tens) << 8U);
}

} // namespace

void Out::grow(std::size_t bytes) {
    auto const used = at_ == nullptr ? start_ : static_cast<std::size_t>(at_ - out_.data());
    // What is behind the text is overwritten before it counts; resizing clears it, which costs little.
    out_.resize(used + std::max(bytes, at_ == nullptr ? bytes : used - start_));
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
}

char* put_number(char* at, std::int64_t mantissa, unsigned scale) noexcept {
    auto const magnitude =
        mantissa < 0 ? 0 - static_cast<std::uint64_t>(mantissa) : static_cast<std::uint64_t>(mantissa);
    constexpr unsigned word_digits = 8;
    if (magnitude >= 100'000'000 || scale >= word_digits) [[unlikely]]
        return write_decimal(at, mantissa, scale, '.');
    *at = '-';
    at += mantissa < 0 ? 1 : 0;
    // At least one digit in front of the mark: 5 with two digits behind it is 0.05.
    auto const digits = eight_digits(magnitude);
    auto const zeros =
        std::min(static_cast<unsigned>(std::countr_zero(digits | most_left)) / 8, word_digits - 1 - scale);
    auto const text = (digits | ascii_zeros) >> (8 * zeros);
    std::memcpy(at, &text, sizeof text);
    at += word_digits - zeros;
    if (scale == 0) return at;
    auto const behind = text >> (8 * (word_digits - zeros - scale));
    at -= scale;
    *at++ = '.';
    std::memcpy(at, &behind, sizeof behind);
    return at + scale;
}

} // namespace gateway::sdmx::data
