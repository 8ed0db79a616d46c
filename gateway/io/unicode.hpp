// Characters as UTF-8, and what single bytes above 0x7F stand for in the character sets of offices.
//
// Source   RFC 3629; WHATWG Encoding Standard, windows-1252; ISO/IEC 8859-15
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace gateway::io {

inline constexpr std::size_t max_utf8_bytes = 4;

/// Writes the character with this number (at most 0x10FFFF) and returns the end of it.
inline char* write_utf8(char* out, std::uint32_t number) noexcept {
    auto const put = [&out](std::uint32_t byte) {
        *out++ = static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (number < 0x80) {
        put(number);
        return out;
    }
    if (number < 0x800) {
        put(0xC0U | number >> 6U);
    } else {
        if (number < 0x10000) {
            put(0xE0U | number >> 12U);
        } else {
            put(0xF0U | number >> 18U);
            put(0x80U | (number >> 12U & 0x3FU));
        }
        put(0x80U | (number >> 6U & 0x3FU));
    }
    put(0x80U | (number & 0x3FU));
    return out;
}

inline void append_utf8(std::string& out, std::uint32_t number) {
    if (number < 0x80) {
        out += static_cast<char>(number);
        return;
    }
    std::array<char, max_utf8_bytes> bytes{};
    out.append(bytes.data(), write_utf8(bytes.data(), number));
}

/// Number of the character of a byte from 0x80 on in windows-1252; 0 = none.
inline std::uint32_t windows_1252(unsigned byte) noexcept {
    constexpr std::array<std::uint16_t, 32> high{
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80U] : byte;
}

/// Number of the character of a byte in ISO-8859-15, of which most are those of ISO-8859-1.
inline std::uint32_t latin9(unsigned byte) noexcept {
    switch (byte) {
    case 0xA4: return 0x20AC;
    case 0xA6: return 0x0160;
    case 0xA8: return 0x0161;
    case 0xB4: return 0x017D;
    case 0xB8: return 0x017E;
    case 0xBC: return 0x0152;
    case 0xBD: return 0x0153;
    case 0xBE: return 0x0178;
    default: return byte;
    }
}

} // namespace gateway::io
