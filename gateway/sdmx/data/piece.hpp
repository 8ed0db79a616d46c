// Pieces: texts that are rendered once and copied many times, in blocks of 32 bytes. Internal to this folder.
//
// Source   copying whole blocks costs a third of memcpy with a length that is only known at run time
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "gateway/core/decimal.hpp"

namespace gateway::sdmx::data {

inline constexpr std::size_t block_bytes = 32;

/// A text with block_bytes readable bytes behind it.
class Piece {
  public:
    Piece() : bytes_(block_bytes, '\0') {}
    explicit Piece(std::string_view text) { assign(text); }
    void assign(std::string_view text) {
        bytes_.assign(text);
        seal();
    }
    /// The text is what `write` appends to the empty string that it is given.
    template <typename Write>
    void make(Write const& write) {
        bytes_.clear();
        write(bytes_);
        seal();
    }
    [[nodiscard]] char const* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_.data(), size_}; }

  private:
    void seal() {
        size_ = bytes_.size();
        bytes_.append(block_bytes, '\0');
    }
    std::string bytes_;
    std::size_t size_ = 0;
};

/// Copies a text, with a block readable behind it, to where there is room for it and a block more; returns its end.
/// Hot loops keep the pointer in a register: a member would be stored and loaded again for every piece, as text may
/// alias anything.
inline char* put(char* at, char const* from, std::size_t size) noexcept {
    auto* to = at;
    std::memcpy(to, from, block_bytes);
    for (std::size_t left = size; left > block_bytes; left -= block_bytes) {
        from += block_bytes;
        to += block_bytes;
        std::memcpy(to, from, block_bytes);
    }
    return at + size;
}
inline char* put(char* at, Piece const& piece) noexcept {
    return put(at, piece.data(), piece.size());
}

static_assert(std::endian::native == std::endian::little, "digits are bytes of a word");

/// The numbers below 10,000 as four characters each, the first in the lowest byte. 40 kB; arithmetic alone takes twice as
/// many instructions.
inline constexpr auto four_digits = [] {
    std::array<std::uint32_t, 10'000> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i)
        table[i] =
            0x3030'3030U + i / 1000 + ((i / 100 % 10) << 8U) + ((i / 10 % 10) << 16U) + ((i % 10) << 24U);
    return table;
}();

/// A number below 10^8 with `scale` digits behind the mark, fewer than 8.
template <bool is_scaled>
[[gnu::always_inline]] inline char* put_short_number(char* at, std::int64_t mantissa, std::uint32_t magnitude,
                                                     unsigned scale) noexcept {
    constexpr std::uint64_t ascii_zeros = 0x3030'3030'3030'3030U;
    constexpr std::uint64_t most_left = std::uint64_t{1} << 56U; // the last digit counts also where it is 0
    constexpr unsigned word_digits = 8;
    *at = '-';
    at += mantissa < 0 ? 1 : 0;
    auto const digits =
        four_digits[magnitude / 10'000] | (std::uint64_t{four_digits[magnitude % 10'000]} << 32U);
    auto const zero_bits = static_cast<unsigned>(std::countr_zero((digits ^ ascii_zeros) | most_left)) & ~7U;
    if constexpr (!is_scaled) {
        auto const text = digits >> zero_bits;
        std::memcpy(at, &text, sizeof text);
        return at + word_digits - zero_bits / 8;
    }
    // At least one digit in front of the mark: 5 with two digits behind it is 0.05.
    auto const zeros = std::min(zero_bits / 8, word_digits - 1 - scale);
    auto const text = digits >> (8 * zeros);
    std::memcpy(at, &text, sizeof text);
    at += word_digits - zeros - scale;
    auto const behind = digits >> (8 * (word_digits - scale));
    *at++ = '.';
    std::memcpy(at, &behind, sizeof behind);
    return at + scale;
}

/// How far a number is from 0.
constexpr std::uint64_t magnitude_of(std::int64_t mantissa) noexcept {
    return mantissa < 0 ? 0 - static_cast<std::uint64_t>(mantissa) : static_cast<std::uint64_t>(mantissa);
}
inline constexpr std::uint64_t short_numbers = 100'000'000;
inline constexpr unsigned short_scales = 8;

/// The digits as published, with '.'; room for max_decimal_chars and a block.
inline char* put_number(char* at, std::int64_t mantissa, unsigned scale) noexcept {
    auto const magnitude = magnitude_of(mantissa);
    if (magnitude >= short_numbers || scale >= short_scales) [[unlikely]]
        return write_decimal(at, mantissa, scale, '.');
    auto const small = static_cast<std::uint32_t>(magnitude);
    return scale == 0 ? put_short_number<false>(at, mantissa, small, 0)
                      : put_short_number<true>(at, mantissa, small, scale);
}

/// Appends to a string through a pointer. What was written counts after close(), or when it goes away.
class Out {
  public:
    explicit Out(std::string& out) : out_(out), start_(out.size()) { grow(first_bytes); }
    Out(Out const&) = delete;
    Out& operator=(Out const&) = delete;
    ~Out() { close(); }

    void close() noexcept {
        if (at_ == nullptr) return;
        out_.resize(static_cast<std::size_t>(at_ - out_.data()));
        at_ = nullptr;
    }
    [[nodiscard]] std::size_t written() const noexcept {
        return static_cast<std::size_t>(at_ - out_.data()) - start_;
    }

    /// Room for `bytes` and a block more. Before put(), which does not look.
    void ensure(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes + block_bytes) grow(bytes + block_bytes);
    }
    [[nodiscard]] char* at() const noexcept { return at_; }
    /// What was written up to `at`, within the room made, counts.
    void advance_to(char* at) noexcept { at_ = at; }

    /// Any text; makes room itself.
    void append(std::string_view text) {
        ensure(text.size());
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
    }
    /// Takes back the last character, if it is `c` and was written by this Out.
    void drop_last(char c) noexcept {
        if (written() > 0 && at_[-1] == c) --at_;
    }

  private:
    static constexpr std::size_t first_bytes = std::size_t{16} << 10U;
    void grow(std::size_t bytes);

    std::string& out_;
    std::size_t start_;
    char* at_ = nullptr;
    char* end_ = nullptr;
};

} // namespace gateway::sdmx::data
