#include <string>

#include "adapters/genesis/flat.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "adapters/table/header.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr unsigned max_blocks = 60;
constexpr std::string_view mark = "\xEF\xBB\xBF";

struct HeaderNames {
    bool wide;
    char const* language;
    char const* head[5];
    char const* block[4]; ///< behind "1_"
};

// Docs: docs/adapters/genesis-format.md. English v4 headers call three columns of a block alike.
constexpr HeaderNames headers[] = {
    {false,
     "",
     {"statistics_code", "statistics_label", "time_code", "time_label", "time"},
     {"variable_code", "variable_label", "variable_attribute_code", "variable_attribute_label"}},
    {true,
     "de",
     {"Statistik_Code", "Statistik_Label", "Zeit_Code", "Zeit_Label", "Zeit"},
     {"Merkmal_Code", "Merkmal_Label", "Auspraegung_Code", "Auspraegung_Label"}},
    {true,
     "en",
     {"statistics_code", "statistics_label", "time_code", "time_label", "time"},
     {"variable_code", "variable_label", "variable_code", "variable_code"}},
};

constexpr char const* value_names[] = {"value", "value_unit", "value_variable_code", "value_variable_label"};

std::vector<std::string> names_of(Row const& header) {
    std::vector<std::string> names;
    std::string scratch;
    for (std::uint32_t i = 0; i < header.fields; ++i) {
        auto field = header.field(i);
        if (i == 0 && field.starts_with(mark)) field.remove_prefix(mark.size());
        names.emplace_back(unquoted(field, scratch));
    }
    return names;
}

bool starts_as(std::vector<std::string> const& names, HeaderNames const& known) {
    if (names.size() < 5) return false;
    for (unsigned i = 0; i < 5; ++i)
        if (names[i] != known.head[i]) return false;
    return true;
}

/// Number of complete blocks behind the first five columns.
unsigned count_blocks(std::vector<std::string> const& names, HeaderNames const& known) {
    unsigned blocks = 0;
    for (std::size_t at = FlatLayout::first_block; at + 4 <= names.size(); at += 4, ++blocks) {
        auto const number = std::to_string(blocks + 1) + "_";
        for (std::size_t i = 0; i < 4; ++i)
            if (names[at + i] != number + known.block[i]) return blocks;
    }
    return blocks;
}

/// German v4 has names of its own. English v4 and v5 differ in the names of a block, or without any block in
/// what follows the first five columns.
HeaderNames const* layout_of(std::vector<std::string> const& names) {
    if (starts_as(names, headers[1])) return &headers[1];
    if (!starts_as(names, headers[0])) return nullptr;
    if (count_blocks(names, headers[0]) > 0) return &headers[0];
    if (count_blocks(names, headers[2]) > 0) return &headers[2];
    auto const is_long = names.size() <= 5 || names[5] == value_names[0] || names[5].starts_with("1_");
    return is_long ? &headers[0] : &headers[2];
}

[[noreturn]] void refuse(std::vector<std::string> const& names, std::size_t column, std::string const& due) {
    auto const found = column < names.size() ? "'" + shown(names[column]) + "'" : std::string{"nothing"};
    throw Error(Errc::malformed, "line 1, field " + std::to_string(column + 1) + ": " + found + " where " +
                                     due + " is due: not a header of a GENESIS flat file (ffcsv)");
}

std::string blanks_for_underscores(std::string_view text) {
    while (!text.empty() && text.front() == '_') text.remove_prefix(1);
    while (!text.empty() && text.back() == '_') text.remove_suffix(1);
    std::string result{text};
    for (auto& c : result)
        if (c == '_') c = ' ';
    return result;
}

/// "FOR002__voraussichtliche_Forderungen__Tsd._EUR": code, label, unit. Rates lack a code:
/// "Verbraucherpreisindex__CH0004" gives its name as code and label and the rate as unit.
FlatLayout::Measure measure_of(std::string const& name, std::uint32_t column) {
    FlatLayout::Measure measure;
    measure.column = column;
    auto const first = name.find("__");
    auto last = name.rfind("__");
    if (first == std::string::npos) {
        measure.code = name;
        measure.label = blanks_for_underscores(name);
        return measure;
    }
    measure.code = name.substr(0, first);
    // A run of underscores is cut at its end: "a___b" has the unit "b".
    measure.unit = blanks_for_underscores(std::string_view{name}.substr(last + 2));
    measure.label = last < first + 2
                        ? blanks_for_underscores(measure.code)
                        : blanks_for_underscores(std::string_view{name}.substr(first + 2, last - first - 2));
    return measure;
}

void read_wide(FlatLayout& layout) {
    auto const& names = layout.names;
    for (auto column = layout.value(); column < layout.read_columns; ++column) {
        auto const& name = names[column];
        if (name.ends_with("__q")) {
            auto const stem = std::string_view{name}.substr(0, name.size() - 3);
            auto const previous = std::string_view{names[column - 1]};
            auto const follows = !layout.measures.empty() && layout.measures.back().column + 1 == column &&
                                 previous.starts_with(stem);
            if (!follows) refuse(names, column, "a measure (a quality column follows its measure)");
            layout.measures.back().quality_column = column;
            layout.quality = true;
            continue;
        }
        if (name.empty()) refuse(names, column, "the name of a measure");
        layout.measures.push_back(measure_of(name, column));
    }
    if (layout.measures.empty()) refuse(names, layout.read_columns, "the first measure");
}

void read_long(FlatLayout& layout) {
    auto const value = layout.value();
    for (std::uint32_t i = 0; i < 4; ++i)
        if (value + i >= layout.read_columns || layout.names[value + i] != value_names[i])
            refuse(layout.names, value + i, std::string{"'"} + value_names[i] + "'");
    layout.quality = layout.read_columns > value + 4;
    if (layout.quality && layout.names[value + 4] != "value_q") refuse(layout.names, value + 4, "'value_q'");
    if (layout.read_columns > value + 5) refuse(layout.names, value + 5, "the end of the line");
}

} // namespace

bool is_flat_header(Row const& header) {
    auto first = header.field(0);
    if (first.starts_with(mark)) first.remove_prefix(mark.size());
    std::string scratch;
    first = unquoted(first, scratch);
    return first == headers[0].head[0] || first == headers[1].head[0];
}

FlatLayout read_flat_layout(Row const& header) {
    if (!is_clean_utf8(header.text()))
        throw Error(Errc::wrong_charset, "line " + std::to_string(header.line) + ": '" +
                                             shown(header.text()) +
                                             "' is not UTF-8: GENESIS serves flat files in UTF-8 only");
    FlatLayout layout;
    layout.names = names_of(header);
    layout.columns = header.fields;
    layout.read_columns = layout.columns - (layout.names.back() == table::reason_column ? 1 : 0);
    auto const* const best = layout_of(layout.names);
    if (best == nullptr) {
        std::size_t column = 0;
        auto const& due = layout.names[0] == headers[1].head[0] ? headers[1] : headers[0];
        while (column < 4 && column < layout.names.size() && layout.names[column] == due.head[column])
            ++column;
        refuse(layout.names, column, std::string{"'"} + due.head[column] + "'");
    }
    layout.blocks = count_blocks(layout.names, *best);
    if (layout.blocks > max_blocks) refuse(layout.names, layout.block(max_blocks), "the end of the blocks");
    layout.wide = best->wide;
    layout.language = best->language;
    if (layout.wide) layout.decimal_mark = layout.language == "de" ? ',' : '.';
    if (layout.wide)
        read_wide(layout);
    else
        read_long(layout);
    return layout;
}

} // namespace adapters::genesis
