// A first description of a file that nobody has described yet, and a trial of one.
//
// The draft guesses what each column or dimension is by its header and its texts; every guess and every doubt stands beside
// it as a comment. It is a start for a person, never used unread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

/// An SDMX structure message that stands beside the data; empty where there is none.
struct DraftStructure {
    std::string file_name; ///< without folders
    std::string_view bytes;
};

/// Keys of areas by the names that offices give them: "Goslar", "Landkreis Goslar", "Braunschweig, kreisfreie Stadt",
/// "Stat. Region Hannover". A name that two counties have names none.
class AreaNames {
  public:
    /// Country, Länder, regions and counties in force on `day`, days since 1970.
    static AreaNames of(harmonize::AreaRegister const& areas, std::int32_t day);
    [[nodiscard]] std::string key_of(std::string_view name) const; ///< empty where nobody knows
    [[nodiscard]] bool has_key(std::string const& key) const { return keys_.count(key) > 0; }
    [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }

  private:
    std::map<std::string, std::string, std::less<>> by_name_;
    std::set<std::string> keys_;
};

/// The TOML text, for any format that is read. `file_name` is without folders; `day` is today, days since 1970.
/// \throws Error unsupported_format for what is no table (GENESIS files need no description, archives are unpacked
///         first); invalid_argument for SDMX that needs its data structure; those of the readers
std::string draft_feed(std::string_view bytes, std::string const& file_name, std::int32_t day,
                       DraftStructure const& structure = {}, AreaNames const& names = {});

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
/// variables come from `files`; SDMX structures that it names from `beside`, then from `files`.
FeedTrial try_feed(harmonize::MappingFiles const& files, std::string const& name, std::string_view text,
                   std::string const& office, std::string_view bytes, std::int32_t day,
                   std::string const& scratch, std::size_t most_rows, harmonize::Beside const& beside = {});

} // namespace gateway::ingest
