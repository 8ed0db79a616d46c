// The report of a conversion: what became of every row, of every value, and what the tables are like.
//
// The counts of `fates` add up to the rows of the input. Names are those of the R package's report where it has
// them: matched_exact, matched_fuzzy, key_unknown, time_unknown, key_or_time_missing, unmatched.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gateway/harmonize/territory/result.hpp"

namespace gateway::harmonize::territory {

struct ConvertReport {
    struct Line {
        std::string what; ///< "key_unknown"
        std::string text; ///< "9999, first in line 7"
        std::uint64_t rows = 0;
        std::vector<std::string> candidates;
    };
    std::string input;
    std::string target_name;
    std::uint64_t rows_in = 0;
    std::vector<std::pair<std::string, std::uint64_t>> fates; ///< add up to rows_in
    std::uint64_t repaired_rows = 0;
    std::vector<Line> lines; ///< the costliest first, at most `most_lines`
    std::uint64_t lines_left_out = 0;
    std::uint64_t rows_out = 0;
    std::vector<std::pair<std::string, std::uint64_t>> statuses; ///< values out, by status
    std::vector<std::pair<std::string, std::uint64_t>> flags;
    std::vector<std::pair<std::string, MeasuredError>> errors; ///< by value, where finer data were given
    std::vector<CrosswalkSource> tables;
    std::vector<Issue> issues; ///< of the tables
    std::uint64_t unreadable = 0;
    std::string first_unreadable;
    static constexpr std::size_t most_lines = 20;

    /// Rows that should have counted and did not.
    [[nodiscard]] std::uint64_t set_aside() const noexcept;
    /// For reading.
    [[nodiscard]] std::string text() const;
};

ConvertReport report_of(Conversion const& conversion, ResultCounts const& counts);

} // namespace gateway::harmonize::territory
