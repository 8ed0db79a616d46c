#include "adapters/sdmx/csv_columns.hpp"

#include <algorithm>

namespace adapters::sdmx {
namespace {

bool is_id_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '@' || c == '$';
}

[[noreturn]] void refuse(std::string const& name, std::uint64_t line, std::size_t field,
                         std::string const& text) {
    throw Error{Errc::malformed,
                name + ":" + std::to_string(line) + ":" + std::to_string(field + 1) + ": " + text};
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        auto const end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// "DIM_1: Dimension 1", "ATTR_1[]", "ATTR_2[en;fr]".
CsvColumn component_column(std::string_view text, CsvHeader const& header, std::string const& name,
                           std::uint64_t line, std::size_t field) {
    CsvColumn column;
    column.what = CsvColumn::What::component;
    if (auto const colon = text.find(": "); colon != std::string_view::npos) {
        column.has_label = true;
        text = text.substr(0, colon);
    }
    if (auto const open = text.find('['); open != std::string_view::npos) {
        if (text.back() != ']')
            refuse(name, line, field, "column '" + std::string{text} + "' opens a [ it never closes");
        if (header.sub_separator == '\0')
            refuse(name, line, field,
                   "column '" + std::string{text} +
                       "' has sub-fields, but the first column does not name their separator: STRUCTURE[;] "
                       "is due");
        auto const inside = text.substr(open + 1, text.size() - open - 2);
        column.is_list = true;
        if (!inside.empty()) column.languages = split(inside, header.sub_separator);
        text = text.substr(0, open);
    }
    column.id = text;
    if (column.id.empty()) refuse(name, line, field, "a column without a name");
    // They repeat what the dimensions say.
    if (column.id == "SERIES_KEY" || column.id == "OBS_KEY" || column.id == "SERIESKEY")
        column.what = CsvColumn::What::ignored;
    return column;
}

} // namespace

std::string_view code_of(std::string_view text) noexcept {
    auto const colon = text.find(": ");
    if (colon == std::string_view::npos || colon == 0) return text;
    auto const code = text.substr(0, colon);
    return std::all_of(code.begin(), code.end(), is_id_character) ? code : text;
}

CsvHeader read_csv_header(std::span<std::string_view const> fields, char delimiter, std::string const& name,
                          std::uint64_t line) {
    CsvHeader header;
    header.layout.delimiter = delimiter;
    for (auto const field : fields) header.layout.columns.emplace_back(field);
    auto const first = fields.front();
    std::size_t next = 0;
    if (first == "DATAFLOW") {
        header.layout.version = "1.0";
        header.columns.push_back({CsvColumn::What::structure_id, "DATAFLOW", false, false, {}});
        next = 1;
    } else if (first.substr(0, 9) == "STRUCTURE" && (first.size() == 9 || first[9] == '[')) {
        header.layout.version = "2.0";
        if (first.size() > 9) {
            if (first.size() != 12 || first[11] != ']')
                refuse(name, line, 0, "'" + std::string{first} + "' where STRUCTURE or STRUCTURE[;] is due");
            header.sub_separator = first[10];
        }
        header.columns.push_back({CsvColumn::What::structure_kind, "STRUCTURE", false, false, {}});
        if (fields.size() < 2 || fields[1] != "STRUCTURE_ID")
            refuse(name, line, 1, "the second column of SDMX-CSV 2.0 must be STRUCTURE_ID");
        header.columns.push_back({CsvColumn::What::structure_id, "STRUCTURE_ID", false, false, {}});
        next = 2;
    } else {
        refuse(name, line, 0,
               "the first column is '" + std::string{first} +
                   "', but SDMX-CSV 1.0 begins with DATAFLOW and 2.0 with STRUCTURE; without them nobody can "
                   "tell "
                   "which table this is: ask for the file with its first columns");
    }
    bool has_names = false;
    for (; header.layout.version == "2.0" && next < fields.size(); ++next) {
        if (fields[next] == "STRUCTURE_NAME") {
            has_names = true;
            header.columns.push_back({CsvColumn::What::ignored, "STRUCTURE_NAME", false, false, {}});
        } else if (fields[next] == "ACTION") {
            header.columns.push_back({CsvColumn::What::action, "ACTION", false, false, {}});
        } else {
            break;
        }
    }
    for (; next < fields.size(); ++next) {
        header.columns.push_back(component_column(fields[next], header, name, line, next));
        if (!has_names || header.columns.back().what == CsvColumn::What::ignored) continue;
        // labels=name: behind each column one with the names.
        if (++next == fields.size())
            refuse(name, line, next - 1,
                   "STRUCTURE_NAME says labels=name, but no column with the names follows this one");
        header.columns.push_back({CsvColumn::What::ignored, std::string{fields[next]}, false, false, {}});
    }
    for (std::size_t i = 0; i < header.columns.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (header.columns[i].what == CsvColumn::What::component &&
                header.columns[i].id == header.columns[j].id &&
                header.columns[j].what == CsvColumn::What::component)
                refuse(name, line, i, "column '" + header.columns[i].id + "' stands twice");
    return header;
}

} // namespace adapters::sdmx
