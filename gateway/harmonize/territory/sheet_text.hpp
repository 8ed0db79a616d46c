// Texts of sheets: titles folded for comparison, years and days in them.
//
// Internal to the reader of sheets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::harmonize::territory {

/// Lower case, umlauts spelled out, blanks and hyphens left out, "²" as 2: "Fläche in km²" is "flaecheinkm2".
std::string fold_title(std::string_view text);

/// The first year 1950..2100 that stands alone in the text, behind a day or not.
std::optional<int> year_in_text(std::string_view text);

/// The day in "am 31.12.2023 (4. Quartal)" or "Gemeinden31122023".
std::optional<std::int32_t> day_in_text(std::string_view text);

/// Years of a sheet's name: "1990" one, "2016-2018" three, "2014-15" two. Empty where it is none.
std::vector<int> years_in_name(std::string_view name);

} // namespace gateway::harmonize::territory
