#include "gateway/serve/uri.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::serve {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// Length of the sequence that begins with `lead`; 0 where none does.
std::size_t sequence_length(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        auto const lead = static_cast<unsigned char>(text[at]);
        auto const length = sequence_length(lead);
        if (length == 0 || lead == 0 || at + length > text.size()) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return false;
        if (length > 2) {
            auto const second = static_cast<unsigned char>(text[at + 1]);
            bool const wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
                               (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
            if (wrong) return false;
        }
        at += length;
    }
    return true;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus_is_blank) {
            result += ' ';
        } else if (text[at] != '%') {
            result += text[at];
        } else {
            if (at + 2 >= text.size()) return std::nullopt;
            auto const high = hex_digit(text[at + 1]);
            auto const low = hex_digit(text[at + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            result += static_cast<char>(high * 16 + low);
            at += 2;
        }
    }
    if (!is_utf8(result)) return std::nullopt;
    return result;
}

std::string percent_encoded(std::string_view text, bool keep_slashes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (char const c : text) {
        if (is_unreserved(c) || (keep_slashes && c == '/')) {
            result += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        result += '%';
        result += digits[byte >> 4U];
        result += digits[byte & 15U];
    }
    return result;
}

std::optional<Pairs> query_pairs(std::string_view query) {
    Pairs pairs;
    while (!query.empty()) {
        auto const end = std::min(query.find('&'), query.size());
        auto const part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty()) continue;
        auto const equals = std::min(part.find('='), part.size());
        auto name = percent_decoded(part.substr(0, equals), true);
        auto value = percent_decoded(equals < part.size() ? part.substr(equals + 1) : "", true);
        if (!name || !value) return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string query_text(Pairs const& pairs) {
    std::string text;
    for (auto const& [name, value] : pairs)
        text += (text.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
    return text;
}

std::pair<std::string_view, std::string_view> path_and_query(std::string_view target) noexcept {
    if (auto const scheme = target.find("://");
        scheme != std::string_view::npos && !target.starts_with('/')) {
        auto const slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
    }
    target = target.substr(0, target.find('#'));
    auto const mark = target.find('?');
    if (mark == std::string_view::npos) return {target, {}};
    return {target.substr(0, mark), target.substr(mark + 1)};
}

std::vector<Weighted> weighted_values(std::string_view header) {
    std::vector<Weighted> values;
    while (!header.empty()) {
        auto const end = std::min(header.find(','), header.size());
        auto part = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        Weighted one;
        for (bool first = true; !part.empty(); first = false) {
            auto const semicolon = std::min(part.find(';'), part.size());
            auto const piece = lower(trimmed(part.substr(0, semicolon)));
            part.remove_prefix(std::min(semicolon + 1, part.size()));
            if (!first && piece.starts_with("q=")) {
                if (std::from_chars(piece.data() + 2, piece.data() + piece.size(), one.weight).ec !=
                    std::errc{})
                    one.weight = 0;
                continue;
            }
            if (!piece.empty()) one.value += (first ? "" : ";") + piece;
        }
        if (!one.value.empty()) values.push_back(std::move(one));
    }
    std::stable_sort(values.begin(), values.end(),
                     [](Weighted const& a, Weighted const& b) { return a.weight > b.weight; });
    return values;
}

} // namespace gateway::serve
