// Reading GENESIS documents: flat files v4 and v5, cubes, JSON answers.
//
// The first bytes decide what a document is; the header decides the layout. Rows are repaired only where
// exactly one reading exists; every other malformed row becomes an Issue. Memory does not grow with the
// document: codes are interned, cells leave in batches.
//
// Source   docs/adapters/genesis-format.md
// Errors   Error malformed, not_a_table, wrong_charset, truncated, empty_document, too_large for the
//          document as a whole, after which finish() of the sink is not called; everything about one row is an
//          Issue. Repaired rows are delivered last.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/io/input_file.hpp"

namespace adapters::genesis {

enum class Payload : std::uint8_t { zip, flat, cube, json, html, presentation, empty, unknown };

/// What the first bytes say.
Payload payload_of(std::string_view first_bytes) noexcept;

// `decimal_mark` below is the mark of the language the document was asked for in: ',' for German, '.' for
// English. It matters for v5, whose header is English in both; '\0' where nobody knows, then the label of the
// time variable tells. A number with the other mark is set aside.

/// Reads an unpacked flat file or cube from memory (a mapped file, say) into `sink`.
void read_table(std::string_view bytes, gateway::CellSink& sink, char decimal_mark = '\0');

/// The same in pieces: feed() any cut of the document, then finish(). For documents that are inflated on
/// the way.
class TableReader {
  public:
    explicit TableReader(gateway::CellSink& sink, char decimal_mark = '\0');
    ~TableReader();
    TableReader(TableReader&&) noexcept;
    TableReader& operator=(TableReader&&) noexcept;
    void feed(std::string_view piece);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Cuts an unpacked flat file into `parts` pieces at line ends; each piece is read by its own reader on its
/// own thread into the sink that `make_sink(part)` returns (called on the calling thread). Cells, lines and
/// issues are those of read_table, shared out. Cubes and small documents are read into part 0 alone.
/// \throws Error conflict where only reading in one go can tell what is right (one code with two labels in
///         two parts, a quoted field across a cut): use read_table with new sinks
/// `read` is told of every few MB that a part has read, on its thread; it may be empty.
void read_parallel(std::string_view bytes, unsigned parts,
                   std::function<gateway::CellSink&(unsigned part)> const& make_sink,
                   char decimal_mark = '\0', std::function<void(std::size_t bytes)> const& read = {});

/// The same from a file that is read in pieces as it goes, a part on each thread: memory does not grow with the
/// file, and nobody counts the lines before a part. Lines of cells and issues therefore count within their part;
/// returns how many lines of the document stand before each.
std::vector<std::uint64_t> read_parallel(gateway::io::InputFile const& file, unsigned parts,
                                         std::function<gateway::CellSink&(unsigned part)> const& make_sink,
                                         char decimal_mark = '\0');

} // namespace adapters::genesis
