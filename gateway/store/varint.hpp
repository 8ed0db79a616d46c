// Varints: the bytes of which packed series are made.
//
// Shape    that of io/varint.hpp
// Errors   Error corrupt_store for bytes that end too early or do not fit 64 bits. Arbitrary bytes are safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/io/varint.hpp"

namespace gateway::store {

using io::max_varint_bytes;
using io::unzigzag;
using io::write_varint;
using io::zigzag;

inline void put_varint(std::string& out, std::uint64_t value) {
    char buffer[max_varint_bytes];
    out.append(buffer, static_cast<std::size_t>(write_varint(buffer, value) - buffer));
}

inline std::string_view as_text(std::span<std::byte const> bytes) noexcept {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}
inline std::span<std::byte const> as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<std::byte const*>(text.data()), text.size()};
}

/// Reads forward through bytes that may be damaged.
class ByteReader {
  public:
    explicit ByteReader(std::span<std::byte const> bytes) noexcept
        : at_(reinterpret_cast<unsigned char const*>(bytes.data())), end_(at_ + bytes.size()) {}

    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }

    std::uint8_t byte() {
        if (at_ == end_) fail("ends too early");
        return *at_++;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            std::uint64_t const next = byte();
            if (shift == 63 && next > 1) break;
            value |= (next & 0x7FU) << shift;
            if (next < 0x80U) return value;
        }
        fail("holds a number of more than 64 bits");
    }
    /// A varint that must not exceed `limit`.
    std::uint64_t varint_up_to(std::uint64_t limit) {
        auto const value = varint();
        if (value > limit) fail("holds a number out of range");
        return value;
    }
    std::int64_t signed_varint() { return unzigzag(varint()); }
    std::span<std::byte const> take(std::size_t size) {
        if (size > left()) fail("ends too early");
        std::span<std::byte const> const result{reinterpret_cast<std::byte const*>(at_), size};
        at_ += size;
        return result;
    }

    [[noreturn]] static void fail(char const* what) {
        throw Error{Errc::corrupt_store, std::string{"packed series "} + what};
    }

  private:
    unsigned char const* at_;
    unsigned char const* end_;
};

} // namespace gateway::store
