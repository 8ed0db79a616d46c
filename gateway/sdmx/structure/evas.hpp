// Statistics by subject: the groups of EVAS, the uniform list of all statistics of the federation and the Länder.
//
// The first digit of a statistic's number is its area, the first two are its group: 12411 is population (12) in
// territory, population, labour market, elections (1). Tables of the census have numbers of their own.
//
// Source   Statistische Ämter des Bundes und der Länder, EVAS; subjects of GENESIS-Online and the Regionaldatenbank
#pragma once

#include <string>
#include <string_view>

#include "gateway/sdmx/structure/artefact.hpp"

namespace gateway::sdmx::structure {

/// The category scheme EVAS: areas, groups in them, and OTHER.
Artefact evas_scheme();

/// Path of the category of a dataset: "1.12", "5" for a group that is not listed in a known area, or "OTHER".
std::string evas_category(std::string_view statistic, std::string_view source);

} // namespace gateway::sdmx::structure
