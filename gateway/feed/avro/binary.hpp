// Avro binary encoding: zigzag varints, length-prefixed bytes.
//
// Units    lengths in bytes.
// Errors   Error truncated and malformed from Cursor; every length is checked against the bytes that are
// left. Source   Apache Avro 1.11 specification, "Binary Encoding".
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"

namespace gateway::feed::avro {

inline constexpr std::size_t max_varint_bytes = 10;

/// Bytes that grow at the end, without filling them first.
class Buffer {
  public:
    /// Room for `count` more bytes; write there, then call commit with the end.
    [[nodiscard]] char* room(std::size_t count) {
        if (capacity_ - size_ < count) grow(count);
        return bytes_.get() + size_;
    }
    void commit(char const* end) noexcept { size_ = static_cast<std::size_t>(end - bytes_.get()); }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    void clear() noexcept { size_ = 0; }

  private:
    void grow(std::size_t count) {
        auto const capacity = (size_ + count) * 2;
        std::unique_ptr<char[]> larger{new char[capacity]};
        if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
        bytes_ = std::move(larger);
        capacity_ = capacity;
    }
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Writes int or long; needs max_varint_bytes of room.
inline char* put_long(char* out, std::int64_t value) noexcept {
    auto rest = (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
    while (rest >= 0x80) {
        *out++ = static_cast<char>(rest | 0x80U);
        rest >>= 7U;
    }
    *out++ = static_cast<char>(rest);
    return out;
}

/// Writes bytes or string; needs max_varint_bytes + text.size() of room.
inline char* put_bytes(char* out, std::string_view text) noexcept {
    out = put_long(out, static_cast<std::int64_t>(text.size()));
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

inline void append_long(Buffer& buffer, std::int64_t value) {
    buffer.commit(put_long(buffer.room(max_varint_bytes), value));
}
inline void append_bytes(Buffer& buffer, std::string_view text) {
    buffer.commit(put_bytes(buffer.room(max_varint_bytes + text.size()), text));
}

/// Reads from bytes that must outlive it.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) noexcept
        : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    /// The next byte, for readers that have looked at left().
    [[nodiscard]] char const* here() const noexcept { return at_; }
    /// Passes over bytes read through here(); no more than left().
    void advance(std::size_t count) noexcept { at_ += count; }
    [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }

    std::int64_t take_long() {
        if (at_ != end_) { // the usual case: one byte
            auto const byte = static_cast<unsigned char>(*at_);
            if (byte < 0x80) {
                ++at_;
                return unzigzag(byte);
            }
        }
        return take_long_slow();
    }
    std::int32_t take_int() {
        auto const value = take_long();
        if (value < INT32_MIN || value > INT32_MAX)
            fail("int " + std::to_string(value) + " has more than 32 bits");
        return static_cast<std::int32_t>(value);
    }
    bool take_boolean() {
        auto const byte = take(1)[0];
        if (byte != '\0' && byte != '\1') fail("boolean is neither 0 nor 1");
        return byte == '\1';
    }
    /// The next `count` bytes.
    std::string_view take(std::size_t count) {
        if (count > left())
            throw Error{Errc::truncated, "byte " + std::to_string(offset()) + ": " + std::to_string(count) +
                                             " bytes are due, " + std::to_string(left()) + " are left"};
        std::string_view const bytes{at_, count};
        at_ += count;
        return bytes;
    }
    /// Bytes or string: a length and as many bytes.
    std::string_view take_bytes() {
        auto const length = take_long();
        if (length < 0) fail("length " + std::to_string(length) + " is negative");
        return take(static_cast<std::size_t>(length));
    }
    /// Count of the next block of an array or map (0 = no more). `item_bytes` is the least an item takes: a
    /// count that the rest cannot hold is refused before anybody allocates for it.
    std::uint64_t take_block(std::size_t item_bytes) {
        auto count = take_long();
        if (count == INT64_MIN) fail("block count is out of range");
        if (count < 0) {
            count = -count;
            auto const bytes = take_long();
            if (bytes < 0 || static_cast<std::uint64_t>(bytes) > left())
                fail("block of " + std::to_string(bytes) + " bytes, but " + std::to_string(left()) +
                     " are left");
        }
        auto const items = static_cast<std::uint64_t>(count);
        // Items that take no bytes (null) are only limited by what was allowed in all.
        if (item_bytes == 0) {
            if (items > empty_items_) fail(std::to_string(items) + " items without content are too many");
            empty_items_ -= items;
        } else if (items > left() / item_bytes) {
            fail(std::to_string(items) + " items cannot stand in " + std::to_string(left()) + " bytes");
        }
        return items;
    }
    /// Counts a value that is about to be built. A few bytes can ask for much memory; this is where it ends.
    void charge() {
        if (values_left_-- == 0)
            throw Error{Errc::too_large, "byte " + std::to_string(offset()) + ": more than " +
                                             std::to_string(values_limit) + " values in one block"};
    }
    [[noreturn]] void fail(std::string const& why) const {
        throw Error{Errc::malformed, "byte " + std::to_string(offset()) + ": " + why};
    }

  private:
    static std::int64_t unzigzag(std::uint64_t value) noexcept {
        return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
    }
    std::int64_t take_long_slow() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            if (at_ == end_)
                throw Error{Errc::truncated, "byte " + std::to_string(offset()) + ": varint is cut"};
            auto const byte = static_cast<unsigned char>(*at_++);
            if (shift == 63 && byte > 1) fail("varint has more than 64 bits");
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return unzigzag(value);
        }
        fail("varint is longer than ten bytes");
    }

    static constexpr std::uint64_t values_limit = std::uint64_t{4} << 20U;

    char const* begin_;
    char const* at_;
    char const* end_;
    std::uint64_t empty_items_ = std::uint64_t{1} << 20U;
    std::uint64_t values_left_ = values_limit;
};

} // namespace gateway::feed::avro
