#include "gateway/ingest/feed_draft_text.hpp"

#include <algorithm>
#include <set>

#include "gateway/core/time_period.hpp"

namespace gateway::ingest::draft {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= ' ') out += c;
    }
    return out + "\"";
}

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool says(std::string_view text, std::initializer_list<std::string_view> words) {
    auto const small = lower(text);
    return std::any_of(words.begin(), words.end(),
                       [&small](auto word) { return small.find(word) != std::string::npos; });
}

std::string code_of(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out += c;
        else if (c >= 'a' && c <= 'z')
            out += static_cast<char>(c - 'a' + 'A');
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out.empty() ? "X" : out;
}

std::string remark(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string out;
    for (char const c : text) {
        // Not within a character.
        if (out.size() >= longest && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) return out + "...";
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out;
}

std::string head(std::string const& file_name, std::string const& title, std::int32_t day) {
    return "origin = \"DOUBT: name publisher, publication and address\"\ndate = " + date_text(day) +
           "\ntitle = " + quoted(title.empty() ? "DOUBT: the title of the table" : title) +
           "\n# Patterns for the names of files; '*' at either end stands for anything.\nsource.files = [" +
           quoted(file_name) + "]\n";
}

std::string unit_code(std::string_view text) {
    auto const word = lower(text);
    if (word == "%" || word == "prozent" || word == "percent" || word == "per cent") return "PT";
    if (word == "anzahl" || word == "number" || word == "antal") return "NR";
    if (word == "personen" || word == "persons" || word == "personer") return "PS";
    if (word == "euro" || word == "eur") return "EUR";
    auto const code = code_of(text);
    return code.front() >= '0' && code.front() <= '9' ? "U_" + code : code;
}

std::string codes_of(std::string const& variable, std::vector<CodedText> const& texts) {
    std::string out =
        "# What the texts mean in the common schema; a text without a rule stays as it is.\n[variable." +
        quoted(variable) + ".codes]\n";
    std::set<std::string> given;
    for (auto const& each : texts) {
        // Two texts with one code would be two figures for one key.
        auto code = each.code;
        for (int i = 2; !given.insert(code).second; ++i) code = each.code + "_" + std::to_string(i);
        out += quoted(each.text) + " = " + quoted(code);
        if (code != each.code)
            out += " # DOUBT: the same as another?";
        else if (!each.label.empty() && each.label != each.text)
            out += " # " + remark(each.label);
        out += "\n";
    }
    return out;
}

} // namespace gateway::ingest::draft
