#include "gateway/sdmx/common/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gateway::sdmx::common {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// Length of the UTF-8 character at `at` that XML can carry, or 0.
std::size_t character_at(std::string_view text, std::size_t at) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto const first = byte(at);
    if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
    std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || at + length > text.size()) return 0;
    std::uint32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80) return 0;
        code = code << 6U | (byte(at + i) & 0x3FU);
    }
    bool const is_short = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    bool const is_no_character =
        (code >= 0xD800 && code <= 0xDFFF) || code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF;
    return is_short || is_no_character ? 0 : length;
}

/// Copies `text` and asks `escape` what stands for an ASCII character; an empty view = itself.
template <typename Escape>
void append_escaped(std::string& out, std::string_view text, Escape&& escape) {
    std::size_t copied = 0;
    std::size_t at = 0;
    auto const put = [&](std::string_view instead, std::size_t length) {
        out.append(text.substr(copied, at - copied)).append(instead);
        at += length;
        copied = at;
    };
    while (at < text.size()) {
        auto const length = character_at(text, at);
        if (length == 0)
            put(replacement, 1);
        else if (auto const instead = length == 1 ? escape(text[at]) : std::string_view{}; !instead.empty())
            put(instead, 1);
        else
            at += length;
    }
    out.append(text.substr(copied));
}

bool is_letter(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_word(char c) noexcept {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

std::string const& LocalText::in(std::string_view language) const noexcept {
    bool const wants_german = language == "de";
    auto const& wanted = wants_german ? de : en;
    auto const& other = wants_german ? en : de;
    return wanted.empty() ? other : wanted;
}

void append_xml(std::string& out, std::string_view text) {
    append_escaped(out, text, [](char c) -> std::string_view {
        switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\t': return "&#9;"; // an attribute would turn these three into spaces
        case '\n': return "&#10;";
        case '\r': return "&#13;";
        default: return {};
        }
    });
}

void append_json(std::string& out, std::string_view text) {
    out.push_back('"');
    append_escaped(out, text, [](char c) -> std::string_view {
        switch (c) {
        case '"': return "\\\"";
        case '\\': return "\\\\";
        case '\t': return "\\t";
        case '\n': return "\\n";
        case '\r': return "\\r";
        default: return {};
        }
    });
    out.push_back('"');
}

bool is_id(std::string_view text) noexcept {
    if (text.empty()) return false;
    for (char const c : text)
        if (!is_word(c) && c != '@' && c != '$') return false;
    return true;
}

bool is_component_id(std::string_view text) noexcept {
    if (text.empty() || !is_letter(text.front())) return false;
    for (char const c : text)
        if (!is_word(c)) return false;
    return true;
}

} // namespace gateway::sdmx::common
