#include "gateway/store/text.hpp"

#include <algorithm>
#include <array>

namespace gateway::store {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";
constexpr auto escaped = [] {
    std::array<bool, 256> table{};
    for (char const c : {'%', '=', '\n', '\r', '\0'}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

} // namespace

std::string lines_of(std::vector<std::string> const& items) {
    std::string text;
    for (auto const& item : items) text += item + '\n';
    return text;
}

std::vector<std::string> lines_from(std::string_view text) {
    std::vector<std::string> result;
    while (!text.empty()) {
        auto const end = text.find('\n');
        result.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return result;
}

void append_escaped(std::string& out, std::string_view part) {
    std::size_t copied = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
        auto const byte = static_cast<unsigned char>(part[i]);
        if (!escaped[byte]) continue;
        out += part.substr(copied, i - copied);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
        copied = i + 1;
    }
    out += part.substr(copied);
}

std::string unescaped(std::string_view part) {
    if (part.find('%') == std::string_view::npos) return std::string{part};
    auto const digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
    std::string out;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '%' && i + 2 < part.size()) {
            out += static_cast<char>(digit(part[i + 1]) * 16 + digit(part[i + 2]));
            i += 2;
        } else {
            out += part[i];
        }
    }
    return out;
}

std::string fields_text(Fields const& fields) {
    std::string out;
    for (auto const& field : fields) {
        append_escaped(out, field.first);
        out += '=';
        append_escaped(out, field.second);
        out += '\n';
    }
    return out;
}

Fields fields_from(std::string_view text) {
    Fields result;
    for (auto const& line : lines_from(text)) {
        auto const mark = std::min(line.find('='), line.size());
        auto const value = std::string_view{line}.substr(std::min(mark + 1, line.size()));
        result.emplace_back(unescaped(std::string_view{line}.substr(0, mark)), unescaped(value));
    }
    return result;
}

} // namespace gateway::store
