#include "adapters/px/charset.hpp"

#include "gateway/io/unicode.hpp"

namespace adapters::px {
namespace {

/// Number of the character that a byte from 0x80 on stands for; 0 = none.
std::uint32_t number_of(unsigned byte, Charset charset) noexcept {
    if (charset == Charset::ascii) return 0;
    if (charset == Charset::windows1252) return gateway::io::windows_1252(byte);
    if (byte < 0xA0) return 0; // control characters
    return charset == Charset::latin9 ? gateway::io::latin9(byte) : byte;
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
            gateway::io::append_utf8(out, number);
        }
    }
    return out;
}

} // namespace adapters::px
