// Converting a GENESIS flat file to another territory without a store: the adapter reads, the harmonizer sums.
//
// Key and strata are named by their variables (GEMEIN, GES), values by their measures (BEVSTD). Figures of other
// regional variables are another level and counted as such. A total has the code _T. Signs in place of a number are
// missing values; '-' is a zero on request, where the area existed.
//
// Errors   those of adapters/genesis/reader.hpp and of the conversion; not_found where key, strata or values do
//          not occur in the file
#pragma once

#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/convert.hpp"

namespace gateway::ingest {

struct FlatInput {
    std::string path;
    std::string key_variable;
    unsigned threads = 1;
};

/// Whether the file begins like a GENESIS flat file.
bool is_flat_file(std::string const& path);

/// Feeds `conversion`, whose request names strata and values; returns what reading found.
std::vector<Issue> convert_flat(FlatInput const& input, harmonize::territory::Conversion& conversion);

} // namespace gateway::ingest
