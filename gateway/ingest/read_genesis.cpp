#include "gateway/ingest/read_genesis.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>

#include "adapters/genesis/answer.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/ingest/cell_pipe.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::ingest {
namespace {

constexpr std::size_t parallel_from_bytes = std::size_t{4} << 20U;
constexpr std::size_t longest_shown = 160;

/// Reads in one go, from memory, telling how far it is.
void read_in_pieces(std::string_view bytes, CellSink& sink, char mark, Watch& watch) {
    constexpr std::size_t piece_bytes = std::size_t{4} << 20U;
    if (!watch.is_on()) return adapters::genesis::read_table(bytes, sink, mark);
    adapters::genesis::TableReader reader{sink, mark};
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece_bytes, bytes.size()))) {
        auto const piece = bytes.substr(0, piece_bytes);
        reader.feed(piece);
        watch.add_bytes(piece.size());
    }
    reader.finish();
}

} // namespace

void read_genesis(std::string_view bytes, harmonize::TableHarmonizer& table, unsigned threads, char mark,
                  Watcher const& watcher) {
    using adapters::genesis::Payload;
    std::deque<WatchedSink> watched; // references into it stay valid
    auto const around = [&watched](CellSink& sink, Watch& watch) -> CellSink& {
        return watch.is_on() ? watched.emplace_back(sink, watch) : sink;
    };
    auto const sink = [&](Watch& watch) -> CellSink& { return around(table.part(), watch); };
    auto const payload = adapters::genesis::payload_of(bytes.substr(0, 4096));
    switch (payload) {
    case Payload::zip: {
        io::ZipReader const zip{bytes};
        auto const& member = zip.only(".csv");
        bool const large = member.unpacked_bytes >= parallel_from_bytes && threads > 1;
        Watch watch{watcher, member.unpacked_bytes};
        // Unpacking and harmonizing together take about as long as reading: one thread does both.
        io::Bell bell;
        std::optional<CellPipe> pipe;
        CellSink& part = table.part();
        if (large) pipe.emplace(part, bell);
        adapters::genesis::TableReader reader{around(large ? *pipe : part, watch), mark};
        auto const feed = [&](std::string_view piece) {
            reader.feed(piece);
            watch.add_bytes(piece.size());
        };
        if (large) {
            io::Sideline const harmonizing{bell, [&pipe] { return pipe->work_some(); }};
            zip.extract_async(member, feed, &harmonizing);
            pipe->take_over();
        } else {
            zip.extract(member, feed);
        }
        reader.finish();
        return;
    }
    case Payload::flat: {
        Watch watch{watcher, bytes.size()};
        if (bytes.size() < parallel_from_bytes || threads == 1)
            return read_in_pieces(bytes, sink(watch), mark, watch);
        std::function<void(std::size_t)> read;
        if (watch.is_on()) read = [&watch](std::size_t count) { watch.add_bytes(count); };
        adapters::genesis::read_parallel(
            bytes, threads, [&](unsigned) -> CellSink& { return sink(watch); }, mark, read);
        return;
    }
    case Payload::cube: {
        Watch watch{watcher, bytes.size()};
        return read_in_pieces(bytes, sink(watch), mark, watch);
    }
    case Payload::json: {
        auto const answer = adapters::genesis::parse_answer(bytes);
        auto const code = answer.code ? "status " + std::to_string(*answer.code) + ": " : std::string{};
        throw Error{Errc::not_a_table, "a message of the source where a table is due: " + code +
                                           adapters::genesis::shown(answer.content, longest_shown)};
    }
    case Payload::html:
        throw Error{Errc::not_a_table, "line 1: an HTML page where a table is due, begins with '" +
                                           adapters::genesis::shown(bytes, longest_shown) + "'"};
    case Payload::presentation:
        throw Error{Errc::not_a_table,
                    "line 1: a presentation CSV (datencsv) without codes; ask the service for format=ffcsv"};
    case Payload::empty: throw Error{Errc::empty_document, "the document is empty (0 bytes)"};
    case Payload::unknown: break;
    }
    throw Error{Errc::not_a_table, "line 1: no known format, begins with '" +
                                       adapters::genesis::shown(bytes, longest_shown) + "'"};
}

} // namespace gateway::ingest
