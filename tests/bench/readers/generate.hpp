// Documents of any size in the formats of issue 4, written as a stream: counties, ages, sexes, days.
#pragma once

#include <cstddef>
#include <string>

#include "gateway/core/layout.hpp"

namespace bench {

/// Formats: csv, csv-wide, sdmx-ml, sdmx-json, sdmx-csv, xml, json-stat, px. False for others.
bool generate_document(std::string const& format, std::size_t megabytes, std::string const& path);

/// How the records of generate_document("xml") are read.
gateway::Layout record_layout();

} // namespace bench
