// Results as delimited text: time, key under the table's target name, strata, values.
//
// With details each value is followed by NAME_n and NAME_missing (rows of the crosswalk that were summed, and that
// have no number), NAME_status, NAME_coverage, NAME_split (largest share of a divided source), NAME_low and
// NAME_high (range of the estimators) and NAME_flags; with protection also NAME_lower and NAME_upper (where the true
// sum lies), with finer data NAME_measured and NAME_error. Numbers that are exact have the digits of the source
// without zeros at the end; others are the shortest text that reads back as the same double. No number is an
// empty field. Attributes stand last, with NAME_status: observed where all sources say the same, else best_fit.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/harmonize/territory/result.hpp"

namespace gateway::harmonize::territory {

struct OutputStyle {
    char delimiter = ',';
    char decimal_mark = '.';
    bool details = true;
};

/// Writes header and rows in pieces to `write`.
ResultCounts write_result(Conversion const& conversion, OutputStyle const& style,
                          std::function<void(std::string_view)> const& write, Finer const* finer = nullptr);

} // namespace gateway::harmonize::territory
