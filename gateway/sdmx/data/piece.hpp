// Pieces: texts that are rendered once and copied many times, in blocks of 32 bytes. Internal to this folder.
//
// Source   copying whole blocks costs a third of memcpy with a length that is only known at run time
#pragma once

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
        size_ = bytes_.size();
        bytes_.append(block_bytes, '\0');
    }
    [[nodiscard]] char const* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::string_view text() const noexcept { return {bytes_.data(), size_}; }

  private:
    std::string bytes_;
    std::size_t size_ = 0;
};

/// Copies a piece to where there is room for it and a block more; returns its end. Hot loops keep the pointer in a
/// register: a member would be stored and loaded again for every piece, as text may alias anything.
inline char* put(char* at, Piece const& piece) noexcept {
    auto const* from = piece.data();
    auto* to = at;
    std::memcpy(to, from, block_bytes);
    for (std::size_t left = piece.size(); left > block_bytes; left -= block_bytes) {
        from += block_bytes;
        to += block_bytes;
        std::memcpy(to, from, block_bytes);
    }
    return at + piece.size();
}
/// The digits as published, with '.'; room for max_decimal_chars and a block.
char* put_number(char* at, std::int64_t mantissa, unsigned scale) noexcept;

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
