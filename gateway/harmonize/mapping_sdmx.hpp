// What SDMX codes mean in the common schema, where no mapping file says otherwise: nothing is guessed, codes of the
// source stay what they are.
//
// Area     DE or DG the country; 2, 3, 5, 8 digits AGS, 12 digits ARS; DE and 1 to 3 characters NUTS; anything else
//          stays a code of the source, level other.
// Time     TIME_PERIOD of SDMX: 2024, 2024-A1, 2024-S1, 2024-Q2, 2024-06, 2024-M06, 2024-12-31, also with T00:00:00,
//          and 2024-01-01/P1Y.
// Unit     the code; behind '*' the power of ten. None is _U.
// Status   CL_OBS_STATUS and CL_CONF_STATUS; codes that the common schema does not have become the nearest one (I, F
//          estimated; V provisional; L, H missing; J, K, W definition differs; S break; G low reliability), and the
//          sign keeps what the source said.
//
// Source   SDMX 2.1 section 6, 4.2.1; CL_OBS_STATUS 2.2, CL_CONF_STATUS 1.2
#pragma once

#include <string_view>

#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {

/// True for the dimension that names the area: REF_AREA, GEO, AREA in any case.
bool is_sdmx_area(std::string_view variable) noexcept;
MappedCode sdmx_area(std::string_view code);
MappedTime sdmx_time(std::string_view text);
MappedMeasure sdmx_measure(std::string_view code, std::string_view unit);
SignMeaning sdmx_sign(std::string_view text);

// The same for JSON-stat and PX without a description: a text becomes a code of capitals, digits and '_'.

/// Variable of areas whose keys are not those of Germany: they stay codes of the source.
inline constexpr std::string_view source_area_variable = "SOURCE_AREA";
MappedCode source_area(std::string_view code);
MappedMeasure open_measure(std::string_view code, std::string_view unit);

} // namespace gateway::harmonize
