#include "adapters/genesis/masking.hpp"

#include <algorithm>
#include <string_view>

namespace adapters::genesis {
namespace {

/// Replaces the value of a JSON member, whatever it is, by asterisks.
void mask_member(std::string& json, std::string_view member) {
    for (auto at = json.find(member); at != std::string::npos; at = json.find(member, at + 1)) {
        auto begin = json.find_first_not_of(" \t\r\n", at + member.size());
        if (begin == std::string::npos || json[begin] != ':') continue;
        begin = json.find_first_not_of(" \t\r\n", begin + 1);
        if (begin == std::string::npos || json[begin] != '"') continue;
        auto end = ++begin;
        while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
        end = std::min(end, json.size());
        // GAST is no account but the sign that nobody is logged in.
        if (std::string_view{json}.substr(begin, end - begin) != "GAST")
            std::fill(json.begin() + static_cast<std::ptrdiff_t>(begin),
                      json.begin() + static_cast<std::ptrdiff_t>(end), '*');
    }
}

/// "* Der Benutzer NAME der Benutzergruppe GROUP hat am … diesen Export angestossen."
void mask_cube_head(std::string& bytes) {
    if (bytes.rfind("* ", 0) != 0) return;
    auto const line_end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    for (std::string_view const word :
         {"Benutzer ", "Benutzergruppe ", "user ", "User ", "group ", "Group "}) {
        auto const at = bytes.find(word);
        if (at == std::string::npos || at >= line_end) continue;
        auto const begin = at + word.size();
        auto const end = std::min(bytes.find(' ', begin), line_end);
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                  bytes.begin() + static_cast<std::ptrdiff_t>(end), 'X');
    }
}

} // namespace

std::string masked_answer(std::string bytes, Payload payload, Credentials const& credentials) {
    switch (payload) {
    case Payload::zip:
    case Payload::flat:
    case Payload::presentation:
    case Payload::empty: return bytes;
    case Payload::cube: mask_cube_head(bytes); return bytes;
    case Payload::json:
        mask_member(bytes, "\"Username\"");
        mask_member(bytes, "\"username\"");
        mask_member(bytes, "\"password\"");
        return credentials.masked(std::move(bytes));
    case Payload::html:
    case Payload::unknown: return credentials.masked(std::move(bytes));
    }
    return bytes;
}

} // namespace adapters::genesis
