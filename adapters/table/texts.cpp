#include "adapters/table/texts.hpp"

#include <algorithm>
#include <array>

namespace adapters::table {
namespace {

/// Bytes of the blank at the start of `text`; 0 where there is none. `soft` says that it stands for nothing.
std::size_t blank_at(std::string_view text, bool& soft) noexcept {
    soft = false;
    auto const c = static_cast<unsigned char>(text[0]);
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    if (c == 0xC2 && text.size() > 1) {
        soft = text[1] == '\xAD';
        return text[1] == '\xA0' || soft ? 2 : 0;
    }
    if (c == 0xE2 && text.size() > 2 && text[1] == '\x80')
        return text[2] == '\x87' || text[2] == '\x89' || text[2] == '\xAF' ? 3 : 0;
    return 0;
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Superscript digits and closing bracket: ¹ ² ³ (U+00B9, B2, B3), ⁰ ⁴-⁹ (U+2070, 2074-2079), ⁾ (U+207E).
std::size_t superscript_before(std::string_view text) noexcept {
    auto const size = text.size();
    if (size >= 2 && text[size - 2] == '\xC2' &&
        (text[size - 1] == '\xB9' || text[size - 1] == '\xB2' || text[size - 1] == '\xB3'))
        return 2;
    if (size >= 3 && text[size - 3] == '\xE2' && text[size - 2] == '\x81') {
        auto const c = static_cast<unsigned char>(text[size - 1]);
        if (c == 0xB0 || (c >= 0xB4 && c <= 0xB9) || c == 0xBE) return 3;
    }
    return 0;
}

} // namespace

bool is_tidy(std::string_view text) noexcept {
    if (text.empty()) return true;
    if (text.front() == ' ' || text.back() == ' ') return false;
    char before = '\0';
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == 0xC2 || byte == 0xE2 || (c == ' ' && before == ' ')) return false;
        before = c;
    }
    return true;
}

std::string tidy(std::string_view text) {
    if (is_tidy(text)) return std::string{text};
    std::string out;
    out.reserve(text.size());
    bool due = false;
    while (!text.empty()) {
        bool soft = false;
        if (auto const size = blank_at(text, soft); size > 0) {
            due = due || !soft;
            text.remove_prefix(size);
            continue;
        }
        if (due && !out.empty()) out += ' ';
        due = false;
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

bool fits(std::string_view pattern, std::string_view text) noexcept {
    bool const open_front = pattern.starts_with('*');
    if (open_front) pattern.remove_prefix(1);
    bool const open_back = pattern.ends_with('*');
    if (open_back) pattern.remove_suffix(1);
    if (open_front && open_back) return text.find(pattern) != std::string_view::npos;
    if (open_front) return text.ends_with(pattern);
    if (open_back) return text.starts_with(pattern);
    return text == pattern;
}

bool fits_any(std::vector<std::string> const& patterns, std::string_view text) noexcept {
    return std::any_of(patterns.begin(), patterns.end(),
                       [text](auto const& pattern) { return fits(pattern, text); });
}

std::optional<std::size_t> footnote_at(std::string_view text) noexcept {
    auto left = text;
    for (;;) {
        auto rest = left;
        while (auto const size = superscript_before(rest)) rest.remove_suffix(size);
        if (rest.size() == left.size() && rest.ends_with(')')) {
            // "1)", "12)", "*)" and the same behind a blank or in brackets: "(1)".
            auto inner = rest.substr(0, rest.size() - 1);
            auto const digits = inner;
            while (!inner.empty() && is_digit(inner.back()) && digits.size() - inner.size() < 2)
                inner.remove_suffix(1);
            if (inner.size() == digits.size() && inner.ends_with('*')) inner.remove_suffix(1);
            bool const marked = inner.size() < digits.size();
            bool const own_bracket = marked && inner.ends_with('(');
            // "(WZ 2008)", "(unter 18)": the bracket closes one of the text.
            auto const open = std::count(inner.begin(), inner.end(), '(');
            auto const closed = std::count(inner.begin(), inner.end(), ')');
            if (own_bracket)
                rest = inner.substr(0, inner.size() - 1);
            else if (marked && open <= closed && (inner.empty() || !is_digit(inner.back())))
                rest = inner;
        }
        if (rest.size() == left.size() || rest.empty()) break;
        while (rest.ends_with(' ') || rest.ends_with(',')) rest.remove_suffix(1);
        if (rest.empty()) break;
        left = rest;
    }
    if (left.size() == text.size()) return std::nullopt;
    return left.size();
}

std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
    constexpr std::size_t longest = 200;
    auto const larger = std::max(a.size(), b.size());
    if (larger > longest || larger - std::min(a.size(), b.size()) > most) return most + 1;
    std::array<std::size_t, longest + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return std::min(row[b.size()], most + 1);
}

bool is_utf8(std::string_view text) noexcept {
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        auto const c = byte(i);
        if (c < 0x80) {
            ++i;
            continue;
        }
        std::size_t const more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        if (c < 0xC2 || c > 0xF4 || i + more >= text.size()) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((byte(i + k) & 0xC0U) != 0x80) return false;
        auto const second = byte(i + 1);
        // Overlong forms, surrogates, beyond U+10FFFF.
        if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) || (c == 0xF0 && second < 0x90) ||
            (c == 0xF4 && second > 0x8F))
            return false;
        i += more + 1;
    }
    return true;
}

bool is_encoded_twice(std::string_view text) noexcept {
    // The two bytes of a German letter begin with 0xC3; read as a letter that is U+00C3, behind which its second
    // byte stands as a character of its own: a control or special one, or one of the block 0x80-0x9F of
    // windows-1252.
    for (std::string_view const twice :
         {"\xC3\x83\xC2", "\xC3\x83\xC5\xB8", "\xC3\x83\xE2\x80", "\xC3\x83\xC5\x93"})
        if (text.find(twice) != std::string_view::npos) return true;
    return false;
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 80;
    constexpr std::string_view hex = "0123456789ABCDEF";
    bool cut = false;
    if (text.size() > longest) {
        auto end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
        text = text.substr(0, end);
        cut = true;
    }
    bool const clean = is_utf8(text);
    std::string out = "'";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte == 0x7F || (byte >= 0x80 && !clean)) {
            out += "\\x";
            out += hex[byte >> 4U];
            out += hex[byte & 0x0FU];
        } else {
            out += c;
        }
    }
    return out + (cut ? "…'" : "'");
}

} // namespace adapters::table
