// Cell references: "B12", "$B$12", "A1:C4". Internal to the XLSX reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/xlsx/workbook.hpp"

namespace adapters::xlsx {

struct CellReference {
    std::uint64_t row = 0;
    std::uint32_t column = 0;
};

/// Nothing where `text` is no reference within 1048576 rows and 16384 columns.
std::optional<CellReference> cell_reference(std::string_view text) noexcept;
std::optional<MergedRange> range_reference(std::string_view text) noexcept;

} // namespace adapters::xlsx
