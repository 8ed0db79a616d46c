// Reading crosswalk tables: BBSR tables as CSV, yearly steps, and the tables of the R package ags.
//
// Columns are recognised by their names: ags_old or ags_xw; ags_new, ags_nach or agsNN; year, year_xw or
// year_from; year_to; w_pop or pop_conv; w_area, area_conv or size_conv; w_emp or emp_conv; name_old, name_new;
// pop_1000 or pop, area_km2, emp_1000 or emp (sizes of the parts). date_from and date_to hold days instead of years.
// The target comes from year_to or date_to, else from the file name (kreise_2020.csv, gemeinden_2020_a.csv).
//
// Errors   Error malformed naming file, line, column and text; invalid_argument where tables do not lead to one
//          another; not_found, io
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/crosswalk.hpp"

namespace gateway::harmonize::territory {

/// A table in memory, with the name that messages and the target year come from.
struct CrosswalkText {
    std::string name;
    std::string_view bytes;
};

/// One crosswalk from all tables: tables with the same target are put together, others follow one another
/// (1990-2019 to 2020, then 2020 to 2021).
/// `with_target` adds the areas of the target status themselves, where no table has them: data of the target year stay
/// as they are.
/// With `rejected` a bad row becomes an issue there, keys that are none of five or eight digits included, and the rest
/// goes on.
Crosswalk read_crosswalk(std::span<CrosswalkText const> tables, bool with_target = false,
                         std::vector<Issue>* rejected = nullptr);
Crosswalk load_crosswalk(std::span<std::string const> paths, bool with_target = false);

/// Whether a header line is one of a crosswalk table.
bool is_crosswalk_header(std::span<std::string_view const> names);

} // namespace gateway::harmonize::territory
