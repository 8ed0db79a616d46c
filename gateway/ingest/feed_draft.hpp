// A first description of a file that nobody has described yet, and a trial of one.
//
// The draft guesses what each column is by its header and its texts; every guess and every doubt stands beside
// it as a comment. It is a start for a person, never used unread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

/// The TOML text. `file_name` is without folders; `day` is today, days since 1970.
/// \throws Error unsupported_format for what is no delimited text
std::string draft_feed(std::string_view bytes, std::string const& file_name, std::int32_t day);

struct FeedTrial {
    /// One figure as the schema sees it: "AREA=03153 TIME_PERIOD=2024 MEASURE=... OBS_VALUE=12.5".
    struct Row {
        std::uint64_t line = 0;
        std::string text;
    };
    std::string dataset;
    std::vector<Row> first; ///< by line
    std::vector<Issue> issues;
    std::uint64_t rows = 0, figures = 0, set_aside = 0, repeated = 0, series = 0;
};

/// Reads `bytes` with the description `text` named `name` and stores nothing. The files of its office, units and
/// variables come from `files`.
FeedTrial try_feed(harmonize::MappingFiles const& files, std::string const& name, std::string_view text,
                   std::string const& office, std::string_view bytes, std::int32_t day,
                   std::string const& scratch, std::size_t most_rows);

} // namespace gateway::ingest
