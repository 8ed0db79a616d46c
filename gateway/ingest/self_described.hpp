// Tables that say themselves what their dimensions are (SDMX, JSON-stat, PX): with a description, and without one.
//
// Without a description such a table loads all the same: under the dataflow, the dataset or the name of the file, with
// the dimensions, codes and units of the source as they are, as a table of the office "sdmx", "json-stat" or "px"
// (mappings/feeds/sdmx.toml ...). Needed is a time and a dimension of areas that can be recognised. Keys of areas are
// taken for German ones where their names agree with the register, or where their form leaves no doubt (DE, NUTS of
// Germany, five digits that are all counties); otherwise they stay codes of the source.
//
// Errors   Error unsupported_format, not_a_table where the document is none of these; unknown_time, unknown_area
//          where time or areas cannot be recognised; structure_changed (described.hpp); those of the readers
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdmx/structure.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/ingest/joined_cells.hpp"
#include "gateway/ingest/load.hpp"

namespace gateway::ingest {

/// "sdmx", "json-stat", "px": the format in which a document describes itself; empty where it does not.
std::string_view self_described_format(std::string_view bytes);

/// Reads a document as `feed` describes it. `structures`: given beside the document, before those that the feed names.
void read_self_described(std::string_view bytes, std::string const& name,
                         harmonize::FeedDescription const& feed, CellSink& sink,
                         adapters::sdmx::Structures const* structures);

/// A table of a document that nobody has described.
struct OpenTable {
    TableRef ref;
    std::string title;
};
struct OpenTables {
    std::vector<OpenTable> tables;
    std::vector<std::string> links; ///< datasets of a collection that are elsewhere: nothing is fetched
};
/// `file_name` is without folders; it names what has no name of its own.
OpenTables open_tables(std::string_view bytes, std::string const& file_name);

/// True for the offices of such tables.
bool is_open_office(std::string_view service) noexcept;
/// Reads the table `ref` of a document that nobody has described. `areas` tells whose keys they are, `day` when.
void read_open(std::string_view bytes, TableRef const& ref, CellSink& sink,
               adapters::sdmx::Structures const* structures, harmonize::AreaRegister const& areas,
               std::int32_t day);

/// Adds the component maps and fixed values of a structure map as dimensions of the layout; what a layout cannot say is
/// a join, for a JoinedCells in front of the described cells.
/// \throws Error malformed for what neither can say, naming it
std::vector<Join> apply_structure_map(Layout& layout, std::string_view structure_message,
                                      std::string const& name);

} // namespace gateway::ingest
