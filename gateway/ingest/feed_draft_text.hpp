// What drafts of all formats write alike. Internal to feed_draft*.cpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/feed_draft.hpp"

namespace gateway::ingest::draft {

/// As a TOML text.
std::string quoted(std::string_view text);
std::string lower(std::string_view text);
/// A text as a code: capitals, digits and '_'.
std::string code_of(std::string_view text);
/// Whether one of the words occurs in the text, in any case.
bool says(std::string_view text, std::initializer_list<std::string_view> words);
/// A text for a comment: without line ends and control characters, cut after 60 bytes.
std::string remark(std::string_view text);

/// origin, date, title and source.files; `title` may be empty.
std::string head(std::string const& file_name, std::string const& title, std::int32_t day);

/// A code of our own for a text of a unit: "Anzahl" NR, "%" PT; otherwise the text as a code.
std::string unit_code(std::string_view text);

/// [variable.X.codes] with a line for each text; the same code never twice.
struct CodedText {
    std::string text, code, label;
};
std::string codes_of(std::string const& variable, std::vector<CodedText> const& texts);

/// How texts name their times: the variable of mappings/time.toml, and whether they compare two years.
struct TimeForm {
    std::string variable = "JAHR";
    bool compares = false; ///< "2024 / 2005"
    bool is_sure = true;
};
/// "2024": four digits from 1900 to 2100.
bool is_year_text(std::string_view text);
/// Of texts that are no plain years and no dates.
TimeForm time_form_of(std::set<std::string> const& texts);

/// Drafts of the formats.
std::string of_text_table(std::string_view bytes, std::string const& file_name, std::int32_t day,
                          AreaNames const& names);
std::string of_self_described(std::string_view bytes, std::string const& file_name, std::int32_t day,
                              DraftStructure const& structure);
std::string of_xml(std::string_view bytes, std::string const& file_name, std::int32_t day,
                   AreaNames const& names);
std::string of_workbook(std::string_view bytes, std::string const& file_name, std::int32_t day,
                        AreaNames const& names);

/// A draft of rows of texts that stand under headers; `layout` are the lines that [layout] begins with.
struct Rows {
    std::vector<std::string> headers;
    std::vector<std::vector<std::string>> rows;
};
std::string of_rows(Rows const& rows, std::vector<std::string> const& remarks,
                    std::vector<std::string> const& layout, std::string const& file_name, std::int32_t day,
                    AreaNames const& names);

} // namespace gateway::ingest::draft
