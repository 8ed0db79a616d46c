// Facts of what is made for people: HTML pages and presentation tables (datencsv).
#include <vector>

#include "adapters/genesis/facts_parts.hpp"
#include "gateway/io/unicode.hpp"

namespace adapters::genesis {

namespace {

/// ISO-8859-1 to UTF-8: every byte is its code point.
std::string from_latin1(std::string_view text) {
    std::string result;
    for (char const c : text) gateway::io::append_utf8(result, static_cast<unsigned char>(c));
    return result;
}

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto const end = text.find(mark);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_sign(std::string_view text) {
    for (auto const* sign : {"-", ".", "...", "/", "x"})
        if (text == sign) return true;
    return false;
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
    auto lines = split(bytes, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (auto& line : lines)
        if (line.ends_with('\r')) line.remove_suffix(1);
    return lines;
}

} // namespace

FactsValue html_facts(std::string_view bytes, FactsOptions const& options) {
    constexpr std::size_t beginning = 40;
    FactsValue facts;
    facts["layout"] = "html";
    auto language = options.language;
    if (auto const at = bytes.find("<html lang=\""); language.empty() && at != std::string_view::npos)
        language = bytes.substr(at + 12, 2);
    facts["language"] = language.empty() ? "de" : language;
    facts["starts_with"] = bytes.substr(0, beginning);
    return facts;
}

/// Title, header lines with empty key columns, data, "__________", remarks, "Stand: ...".
FactsValue presentation_facts(std::string_view bytes, FactsOptions const& options) {
    auto const lines = lines_of(bytes);
    std::size_t keys = 0;
    std::size_t header = 0;
    std::size_t data = 0;
    std::size_t footer = 0;
    std::uint64_t numeric = 0;
    gateway::DecimalSum sum;
    std::map<std::string, std::uint64_t> signs;
    for (std::size_t i = 1; i < lines.size() && footer == 0; ++i) {
        if (lines[i].starts_with("__________")) {
            footer = i + 1;
            continue;
        }
        auto const fields = split(lines[i], ';');
        auto const is_data = fields.size() > 1 && (is_sign(fields.back()) || facts_number(fields.back()));
        if (!is_data && data == 0) {
            header = i + 1;
            // The key columns have no names: the last header line begins with as many empty fields.
            for (keys = 0; keys < fields.size() && fields[keys].empty();) ++keys;
            continue;
        }
        ++data;
        for (std::size_t column = keys; column < fields.size(); ++column) {
            if (auto const number = facts_number(fields[column])) {
                ++numeric;
                sum.add(*number);
            } else if (!fields[column].empty()) {
                ++signs[from_latin1(fields[column])];
            }
        }
    }
    FactsValue facts;
    facts["layout"] = "datencsv (presentation table)";
    facts["language"] = options.language.empty() ? "de" : options.language;
    facts["encoding"] = "ISO-8859-1";
    facts["first_line"] = lines.empty() ? std::string{} : from_latin1(lines.front());
    facts["last_line"] = lines.empty() ? std::string{} : from_latin1(lines.back());
    facts["header_lines"] = std::uint64_t{header};
    facts["data_rows"] = std::uint64_t{data};
    facts["footer_starts_at_line"] = footer == 0 ? FactsValue{} : FactsValue{std::uint64_t{footer}};
    facts["numeric_cells"] = numeric;
    facts["signs"] = counts(signs);
    facts["sum_of_all_numeric_cells"] = sum_text(sum);
    return facts;
}

} // namespace adapters::genesis
