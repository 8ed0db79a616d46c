// Feed descriptions: how a table that an office sends becomes figures, as data.
//
// In mappings/, feeds/OFFICE.toml says who publishes, and what its feeds share: lists of keys with their names,
// presets of dimensions, codes of variables. feeds/OFFICE/FEED.toml describes one feed: files,
// [layout], and everything that a file of mappings/tables may say. A file under `include` stands between the two.
// Later files win; lists of rules are joined. SDMX structures that `source` names stand beside the description.
//
// Source   docs/feeds.md; schemas/mapping/feed.schema.json
// Errors   Error malformed naming file:line:column; not_found for a feed that is not there
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/layout.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_load.hpp"

namespace gateway::harmonize {

struct FeedRef {
    std::string office; ///< "lsn"
    std::string feed;   ///< "1-2-4"
    friend bool operator==(FeedRef const&, FeedRef const&) = default;
    friend auto operator<=>(FeedRef const&, FeedRef const&) = default;
};

struct FeedDescription {
    FeedRef ref;
    std::string title;
    std::vector<std::string> files; ///< patterns for file names, '*' at either end
    std::string url;
    std::string directory;
    /// Of formats that describe themselves: which data set of the message (its dataflow or data structure, the label
    /// or number of a dataset in a collection); empty = the only one.
    std::string dataset;
    std::string dsd; ///< text of the SDMX structure message that the data follow; empty = none needed
    std::string structure_map; ///< text of a structure message whose structure map is applied; empty = none
    Layout layout;
};

/// Every feed below mappings/feeds, in order.
std::vector<FeedRef> list_feeds(MappingFiles const& files);
bool has_feed(MappingFiles const& files, FeedRef const& ref);
FeedDescription load_feed(MappingFiles const& files, FeedRef const& ref);

/// The files that make up a feed, from the office's to its own, checked against the schema; they count as used.
/// `trees` own what the sections view.
struct FeedFiles {
    std::vector<std::string> names;
    std::vector<Tree> trees;
    std::string dsd, structure_map; ///< texts of the SDMX structures that it names
    [[nodiscard]] std::vector<Section> sections() const;
};
FeedFiles feed_files(FileLoader& loader, FeedRef const& ref);

/// Files by name that stand beside a description which is not among the mappings yet.
using Beside = std::map<std::string, std::string>;

/// Names of the SDMX structures that a description names; they stand beside it.
std::vector<std::string> attachments_of(std::string const& name, std::string_view text);

/// Reads one description from its text alone, as `feed check` does; `name` is for messages. The office's file is
/// looked for in `files`, what the description names in `beside`, then in `files`.
FeedDescription parse_feed(MappingFiles const& files, std::string const& name, std::string_view text,
                           std::string const& office, Beside const& beside = {});

} // namespace gateway::harmonize
