#include "adapters/px/charset.hpp"

#include <array>

namespace adapters::px {
namespace {

/// 0x80 to 0x9F of windows-1252; 0 = no character.
constexpr std::array<std::uint16_t, 32> windows{
    0x20AC, 0x0000, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x0000, 0x017D, 0x0000, 0x0000, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x0000, 0x017E, 0x0178};

std::uint32_t latin9(unsigned byte) noexcept {
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

/// Number of the character that a byte from 0x80 on stands for; 0 = none.
std::uint32_t number_of(unsigned byte, Charset charset) noexcept {
    if (charset == Charset::ascii) return 0;
    if (byte < 0xA0)
        return charset == Charset::windows1252 ? windows[byte - 0x80] : 0U; // else control characters
    return charset == Charset::latin9 ? latin9(byte) : byte;
}

void append(std::string& out, std::uint32_t number) {
    if (number < 0x80) {
        out += static_cast<char>(number);
    } else if (number < 0x800) {
        out += static_cast<char>(0xC0U | number >> 6U);
        out += static_cast<char>(0x80U | (number & 0x3FU));
    } else {
        out += static_cast<char>(0xE0U | number >> 12U);
        out += static_cast<char>(0x80U | (number >> 6U & 0x3FU));
        out += static_cast<char>(0x80U | (number & 0x3FU));
    }
}

} // namespace

std::optional<Charset> charset_from(std::string_view name) {
    std::string lower;
    for (auto const c : name)
        if (c != '-' && c != '_' && c != ' ') lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower == "utf8" || lower == "65001") return Charset::utf8;
    if (lower == "iso88591" || lower == "latin1" || lower == "28591") return Charset::latin1;
    if (lower == "iso885915" || lower == "latin9" || lower == "28605") return Charset::latin9;
    if (lower == "windows1252" || lower == "cp1252" || lower == "1252" || lower == "ansi")
        return Charset::windows1252;
    if (lower == "usascii" || lower == "ascii") return Charset::ascii;
    return std::nullopt;
}

bool is_utf8(std::string_view bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size();) {
        auto const lead = static_cast<unsigned char>(bytes[i]);
        std::size_t const length = lead < 0x80                    ? 1
                                   : lead >= 0xC2 && lead <= 0xDF ? 2
                                   : lead >= 0xE0 && lead <= 0xEF ? 3
                                   : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                                  : 0;
        if (length == 0 || i + length > bytes.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0U) != 0x80) return false;
        auto const second = length > 1 ? static_cast<unsigned char>(bytes[i + 1]) : 0U;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
            return false;
        i += length;
    }
    return true;
}

std::optional<std::string> to_utf8(std::string_view bytes, Charset charset) {
    if (charset == Charset::utf8) return is_utf8(bytes) ? std::optional{std::string{bytes}} : std::nullopt;
    std::string out;
    out.reserve(bytes.size());
    for (auto const c : bytes) {
        auto const byte = static_cast<unsigned>(static_cast<unsigned char>(c));
        if (byte < 0x80) {
            out += c;
        } else {
            auto const number = number_of(byte, charset);
            if (number == 0) return std::nullopt;
            append(out, number);
        }
    }
    return out;
}

} // namespace adapters::px
