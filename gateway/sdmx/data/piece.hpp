// Pieces: texts that are rendered once and copied many times, in blocks of 32 bytes. Internal to this folder.
//
// Source   copying whole blocks costs a third of memcpy with a length that is only known at run time
#pragma once

#include <algorithm>
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

/// The digits as published, with '.'; room for max_decimal_chars and a block.
inline char* put_number(char* at, std::int64_t mantissa, unsigned scale) noexcept {
    constexpr std::uint64_t ascii_zeros = 0x3030'3030'3030'3030U;
    constexpr std::uint64_t most_left = std::uint64_t{1} << 56U; // the last digit counts also where it is 0
    constexpr unsigned word_digits = 8;
    auto const magnitude =
        mantissa < 0 ? 0 - static_cast<std::uint64_t>(mantissa) : static_cast<std::uint64_t>(mantissa);
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
