// Position: what the store remembers of the last load of one table, as JSON text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::ingest {

struct Position {
    std::string document_sha256;
    std::string mapping_sha256;
    std::vector<std::string> levels; ///< regional levels that the document filled
    std::string newest_period;
    std::uint64_t rows = 0;
    std::string dataset;
    std::string reading;     ///< how the document was read: reading_of()
    std::uint64_t bytes = 0; ///< size of the document
    // What the load reported, said again as long as the source serves the same document.
    std::uint64_t series = 0, figures = 0, set_aside = 0, repeated = 0;
    std::string pending_job;        ///< name of a background job that was started and not yet fetched
    std::int64_t pending_since = 0; ///< when it was started; UnixTime
    /// A job is being started: jobs and results of the table that the source listed before. Whatever is new is ours.
    std::optional<std::vector<std::string>> starting;
    std::string job_years; ///< of either: "2015-2015", "2023-0" for all since 2023; empty = not asked for

    [[nodiscard]] std::string to_json() const;
    /// An empty position for empty text. Throws Error corrupt_store where the text is broken.
    static Position from_json(std::string_view text);
};

} // namespace gateway::ingest
