// Which reader a document takes: decided by its first bytes, never by its name.
//
// A document that a feed describes is read by the layout of the feed; one that describes itself (GENESIS flat
// files and cubes, JSON-stat, PX, SDMX) needs none. What is known and not read (old .xls, encrypted or macro
// workbooks) is refused with a sentence that says what to send instead.
//
// Errors   Error unsupported_format, not_a_table
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/sdmx/structure.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/harmonize/feed_description.hpp"

namespace gateway::ingest {

enum class Format : std::uint8_t {
    empty,
    genesis_flat,
    genesis_cube,
    genesis_presentation,
    zip,
    workbook,     ///< .xlsx
    old_workbook, ///< OLE compound file: .xls, or encrypted
    json_stat,
    json,
    sdmx_xml,
    xml,
    html,
    px,
    text, ///< delimited text, as far as the first bytes tell
    binary,
};

/// `bytes` is the whole document: a ZIP keeps its table of contents at the end.
Format format_of(std::string_view bytes);
/// "a workbook (.xlsx)": for messages and facts.
std::string_view name_of(Format format) noexcept;
/// The name that [layout] format uses for tables with columns: "csv", "xlsx", "xml"; empty where no layout reads it.
std::string_view layout_format(Format format) noexcept;

/// Reads a document as `feed` describes it. `name` is for messages. A ZIP must hold one file. `structures`: of SDMX,
/// given beside the document.
void read_feed(std::string_view bytes, std::string const& name, harmonize::FeedDescription const& feed,
               CellSink& sink, adapters::sdmx::Structures const* structures = nullptr);

} // namespace gateway::ingest
