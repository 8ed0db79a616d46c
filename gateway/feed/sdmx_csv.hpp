// SDMX-CSV 2.0: one dataset per file, one row per observation.
//
// Shape    STRUCTURE, STRUCTURE_ID, ACTION, FREQ, AREA, the dataset's dimensions, TIME_PERIOD, OBS_VALUE,
// then
//          attributes. ',' and '.', RFC 4180, UTF-8 without BOM, LF. A dimension that does not apply is _Z. A
//          missing value is an empty field and MISSING_REASON says why.
// Source   SDMX-CSV field guide 2.0; schemas/sdmx/ describes the structure; docs/schema.md every field.
// Errors   invalid_argument for a series of another dataset, for a dimension the dataset does not list, and
// for
//          two series that differ in UNIT_MULT alone (it is an attribute, so their keys would be equal).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

/// `context` holds exactly one dataset.
std::unique_ptr<Writer> make_sdmx_csv(ByteSink sink, FeedContext const& context);

/// Names of the columns, in order; with those of derived figures behind them (structure version 1.1).
std::vector<std::string> sdmx_csv_columns(DatasetInfo const& dataset, bool derived = false);
/// SDMX CL_FREQ of a period: of its kind, or of its dataset for dates and free intervals; "_U" where unknown.
std::string_view frequency_of(DatasetInfo const& dataset, TimePeriod const& period);
/// "KREISLAUF:REGIO_12411-01-01-4(1.0)", or "(1.1)" with the attributes of derived figures.
std::string structure_id(DatasetInfo const& dataset, bool derived = false);

} // namespace gateway::feed
