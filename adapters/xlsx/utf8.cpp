#include "adapters/xlsx/utf8.hpp"

#include <charconv>
#include <cstring>

#include "gateway/io/unicode.hpp"

namespace adapters::xlsx {
namespace {

constexpr bool allowed(std::uint32_t c) noexcept {
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

/// Eight bytes of plain ASCII without control characters. Line ends and tabs go the slow way.
bool plain(char const* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    constexpr std::uint64_t high = 0x8080808080808080;
    constexpr std::uint64_t blank = 0x2020202020202020;
    return ((word | (word - blank)) & high) == 0;
}

} // namespace

std::size_t check_utf8(std::string_view bytes, std::size_t& checked) noexcept {
    auto i = checked;
    auto const size = bytes.size();
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    while (i < size) {
        if (i + 8 <= size && plain(bytes.data() + i)) {
            i += 8;
            continue;
        }
        auto const lead = byte(i);
        if (lead < 0x80) {
            if (!allowed(lead)) return i;
            ++i;
            continue;
        }
        std::size_t length = 0;
        if (lead >= 0xC2 && lead <= 0xDF)
            length = 2;
        else if (lead >= 0xE0 && lead <= 0xEF)
            length = 3;
        else if (lead >= 0xF0 && lead <= 0xF4)
            length = 4;
        else
            return i;
        std::uint32_t number = lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if (i + k == size) {
                checked = i;
                return std::string_view::npos;
            }
            if ((byte(i + k) & 0xC0U) != 0x80) return i + k;
            number = number << 6U | (byte(i + k) & 0x3FU);
        }
        constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        if (number < least[length] || !allowed(number)) return i;
        i += length;
    }
    checked = i;
    return std::string_view::npos;
}

bool append_character(std::uint32_t number, std::string& out) {
    if (!allowed(number)) return false;
    gateway::io::append_utf8(out, number);
    return true;
}

bool append_reference(std::string_view digits, std::string& out) {
    int base = 10;
    if (!digits.empty() && digits.front() == 'x') {
        base = 16;
        digits.remove_prefix(1);
    }
    std::uint32_t number = 0;
    auto const* const end = digits.data() + digits.size();
    auto const read = std::from_chars(digits.data(), end, number, base);
    return !digits.empty() && read.ec == std::errc{} && read.ptr == end && append_character(number, out);
}

std::string hex_byte(char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto const value = static_cast<unsigned char>(byte);
    return std::string{"0x"} + digits[value >> 4U] + digits[value & 0xFU];
}

std::string hex_bytes(std::string_view bytes) {
    std::string text;
    for (auto const byte : bytes) text += (text.empty() ? "" : " ") + hex_byte(byte);
    return text;
}

} // namespace adapters::xlsx
