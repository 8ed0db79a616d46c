// The header of an SDMX-CSV file: what each column is. Internal to csv_reader.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdmx/csv_reader.hpp"

namespace adapters::sdmx {

struct CsvColumn {
    enum class What : std::uint8_t { component, structure_kind, structure_id, action, ignored };
    What what = What::ignored;
    std::string id;
    bool has_label = false;             ///< "CODE: Label" in the fields
    bool is_list = false;               ///< sub-fields
    std::vector<std::string> languages; ///< of the sub-fields
};

struct CsvHeader {
    CsvLayout layout;
    std::vector<CsvColumn> columns;
    char sub_separator = '\0'; ///< '\0' = none
};

/// \throws Error malformed
CsvHeader read_csv_header(std::span<std::string_view const> fields, char delimiter, std::string const& name,
                          std::uint64_t line);

/// "A" of "A: Value A"; the text itself where it does not begin with a code.
std::string_view code_of(std::string_view text) noexcept;

} // namespace adapters::sdmx
