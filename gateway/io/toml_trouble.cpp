#include "gateway/io/toml_trouble.hpp"

#include <string>

namespace gateway::io {

std::optional<TomlTrouble> toml_trouble(std::string_view text) {
    TomlTrouble place;
    char quote = '\0';
    bool comment = false;
    bool several = false; // a text over several lines
    for (std::size_t i = 0; i < text.size(); ++i, ++place.column) {
        char const c = text[i];
        bool const triple = c == quote && text.substr(i, 3) == std::string(3, c);
        if (c == '\n') {
            ++place.line;
            place.column = 0;
            comment = false;
            if (!several) quote = '\0';
        } else if (comment) {
            continue;
        } else if (quote != '\0') {
            if (c == '\\' && quote == '"') ++i, ++place.column;
            if (c != quote || (several && !triple)) continue;
            if (several) i += 2, place.column += 2;
            quote = '\0';
            several = false;
        } else if (c == '#') {
            comment = true;
        } else if (c == '"' || c == '\'') {
            char const before = i == 0 ? '\n' : text[i - 1];
            bool const glued = (before >= '0' && before <= '9') || (before >= 'A' && before <= 'Z') ||
                               (before >= 'a' && before <= 'z') || before == '_' || before == '-';
            if (glued)
                return TomlTrouble{place.line, place.column, "a quotation mark behind a letter or digit",
                                   "write key = \"text\""};
            quote = c;
            several = text.substr(i, 3) == std::string(3, c);
            if (several) i += 2, place.column += 2;
        } else if (static_cast<unsigned char>(c) >= 0x80 && !(i < 3 && text.starts_with("\xEF\xBB\xBF"))) {
            return TomlTrouble{place.line, place.column, "a letter beyond ASCII outside quotation marks",
                               "put it in quotation marks"};
        }
    }
    return std::nullopt;
}

} // namespace gateway::io
