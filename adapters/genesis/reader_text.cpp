#include "adapters/genesis/reader_text.hpp"

#include <cstdint>
#include <cstring>

namespace adapters::genesis {

namespace {

/// Length of the well-formed sequence at the front of `text`, 0 where there is none.
std::size_t sequence(std::string_view text) noexcept {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const tail = [&](std::size_t i) { return i < text.size() && (at(i) & 0xC0U) == 0x80U; };
    auto const lead = at(0);
    if (lead < 0x80U) return 1;
    if (lead < 0xC2U) return 0;
    if (lead < 0xE0U) return tail(1) ? 2 : 0;
    if (lead < 0xF0U) {
        if (!tail(1) || !tail(2)) return 0;
        if (lead == 0xE0U && at(1) < 0xA0U) return 0;
        if (lead == 0xEDU && at(1) > 0x9FU) return 0;
        return 3;
    }
    if (lead > 0xF4U || !tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xF0U && at(1) < 0x90U) return 0;
    if (lead == 0xF4U && at(1) > 0x8FU) return 0;
    return 4;
}

} // namespace

bool is_clean_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        if (text.size() >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), 8);
            constexpr std::uint64_t ones = 0x0101010101010101U;
            constexpr std::uint64_t tops = 0x8080808080808080U;
            // Eight ASCII bytes, none of them NUL.
            if (((word | (word - ones)) & tops) == 0) {
                text.remove_prefix(8);
                continue;
            }
        }
        if (text.front() == '\0') return false;
        auto const length = sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string shown(std::string_view text, std::size_t limit) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    while (!text.empty()) {
        if (result.size() >= limit) return result + "...";
        auto const byte = static_cast<unsigned char>(text.front());
        auto const length = sequence(text);
        if (length == 0 || byte < 0x20U || byte == 0x7FU) {
            result += "\\x";
            result += digits[byte >> 4U];
            result += digits[byte & 0xFU];
            text.remove_prefix(1);
        } else {
            result += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return result;
}

std::string_view unquoted(std::string_view field, std::string& scratch) {
    if (field.size() < 2 || field.front() != '"' || field.back() != '"') return field;
    field = field.substr(1, field.size() - 2);
    if (field.find('"') == std::string_view::npos) return field;
    scratch.clear();
    for (std::size_t i = 0; i < field.size(); ++i) {
        scratch += field[i];
        if (field[i] == '"' && i + 1 < field.size() && field[i + 1] == '"') ++i;
    }
    return scratch;
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

} // namespace adapters::genesis
