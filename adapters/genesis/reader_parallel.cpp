#include <algorithm>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/genesis/flat.hpp"
#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/reader_output.hpp"
#include "adapters/genesis/reader_rows.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

namespace {

// Smaller documents are read faster than threads start.
constexpr std::size_t min_part_bytes = std::size_t{256} << 10U;
// What is read between two words to whoever watches: a row that is cut by it is copied, once in some 40,000.
constexpr std::size_t piece_bytes = std::size_t{4} << 20U;
// Counting the lines of the parts before one's own costs this share of reading them: the file is newly mapped, and
// whoever touches it first takes the page faults.
constexpr double counting_share = 0.16;
// What a thread reads of a file at once: it is still in the second-level cache when it is cut into rows.
constexpr std::size_t file_piece_bytes = std::size_t{256} << 10U;

/// The first decimal mark of the document, which may stand in any part: a part that meets one waits until
/// the parts before it have met theirs or ended.
class SharedMark {
  public:
    explicit SharedMark(unsigned parts) : seen_(parts, unknown) {}
    char decide(unsigned part, char mine) {
        std::unique_lock lock(mutex_);
        for (unsigned earlier = 0; earlier < part; ++earlier) {
            changed_.wait(lock, [&] { return seen_[earlier] != unknown; });
            if (seen_[earlier] != none) {
                seen_[part] = seen_[earlier];
                changed_.notify_all();
                return seen_[part];
            }
        }
        seen_[part] = mine;
        changed_.notify_all();
        return mine;
    }
    void end(unsigned part) {
        std::lock_guard const lock(mutex_);
        if (seen_[part] == unknown) seen_[part] = none;
        changed_.notify_all();
    }

  private:
    static constexpr char unknown = '?';
    static constexpr char none = '\0';
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<char> seen_;
};

struct Part final : RowHandler {
    Part(gateway::CellSink& sink, FlatLayout const& layout, FirstMark first_mark)
        : output(sink), flat(layout, output, std::move(first_mark)) {}
    void row(Row const& row) override { flat.row(row); }
    void bad_row(std::uint64_t line, BadRow why, std::string_view text) override {
        flat.bad_row(line, why, text);
    }

    Output output;
    FlatReader flat;
    std::string_view bytes;
    std::string_view before; ///< bytes between the header line and this part
    std::uint64_t begin = 0; ///< in a file: offsets
    std::uint64_t end = 0;
    std::uint64_t lines = 0; ///< read from a file
    bool cut_inside_quotes = false;
    std::exception_ptr failure;
};

/// Reads the header line of a flat file.
struct HeaderLine final : RowHandler {
    void row(Row const& row) override {
        if (!layout && is_flat_header(row)) layout = read_flat_layout(row);
    }
    void bad_row(std::uint64_t, BadRow, std::string_view) override {}
    std::optional<FlatLayout> layout;
};

/// Where parts should begin, as shares of the whole: equal work for all.
std::vector<double> shares_of(unsigned parts, double counting) {
    // Part i reads w_i and counts everything before it: w_i (1) = w_0 - counting * sum of w_j, j < i.
    std::vector<double> begins{0.0};
    double total = 1.0;
    for (unsigned i = 1; i < parts; ++i) {
        begins.push_back(total);
        total += std::max(0.1, 1.0 - counting * total);
    }
    for (auto& begin : begins) begin /= total;
    return begins;
}

/// Start of each part, cut behind a line end, and the end of all.
std::vector<std::size_t> cuts_of(std::string_view bytes, unsigned parts) {
    std::vector<std::size_t> cuts;
    for (auto const share : shares_of(parts, counting_share)) {
        auto const near = static_cast<std::size_t>(static_cast<double>(bytes.size()) * share);
        auto const line_end = bytes.find('\n', std::max(near, cuts.empty() ? 0 : cuts.back()));
        cuts.push_back(cuts.empty() ? 0 : line_end == std::string_view::npos ? bytes.size() : line_end + 1);
    }
    cuts.push_back(bytes.size());
    return cuts;
}

/// The same in the file, whose header line ends before `begin`.
std::vector<std::uint64_t> cuts_of(gateway::io::InputFile const& file, std::uint64_t begin, unsigned parts) {
    std::vector<std::uint64_t> cuts;
    std::string piece(max_row_bytes, '\0');
    for (auto const share : shares_of(parts, 0)) {
        if (cuts.empty()) {
            cuts.push_back(begin);
            continue;
        }
        auto at =
            std::max(cuts.back(),
                     begin + static_cast<std::uint64_t>(static_cast<double>(file.size() - begin) * share));
        for (auto line_end = std::string_view::npos;
             line_end == std::string_view::npos && at < file.size();) {
            auto const got = std::string_view{piece}.substr(0, file.read(at, piece));
            if (got.empty()) break;
            line_end = got.find('\n');
            at += line_end == std::string_view::npos ? got.size() : line_end + 1;
        }
        cuts.push_back(at);
    }
    cuts.push_back(file.size());
    return cuts;
}

void read_part(Part& part, bool last, std::function<void(std::size_t)> const& read) {
    RowSplitter splitter(part, 2 + count_lines(part.before));
    for (auto left = part.bytes; !left.empty();) {
        auto const piece = read ? left.substr(0, piece_bytes) : left;
        splitter.feed(piece);
        if (read) read(piece.size());
        left.remove_prefix(piece.size());
    }
    part.cut_inside_quotes = !last && splitter.inside_quotes();
    if (!part.cut_inside_quotes) splitter.finish();
}

void read_part(Part& part, bool last, gateway::io::InputFile const& file, std::uint64_t first_line) {
    RowSplitter splitter(part, first_line);
    std::string piece(file_piece_bytes, '\0');
    for (auto at = part.begin; at < part.end;) {
        auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), part.end - at));
        if (file.read(at, {piece.data(), wanted}) < wanted)
            throw Error(Errc::truncated, file.path() + ": the file became shorter while it was read");
        splitter.feed({piece.data(), wanted});
        at += wanted;
    }
    part.cut_inside_quotes = !last && splitter.inside_quotes();
    if (!part.cut_inside_quotes) splitter.finish();
    part.lines = splitter.line() - first_line;
}

[[noreturn]] void refuse_parallel(std::string const& why) {
    throw Error(Errc::conflict,
                why + ": the parts of the document cannot be read independently; read it with read_table");
}

/// One code with two labels in two parts: only reading in one go can tell which rows to set aside.
void compare_labels(Dictionary const& first, Dictionary const& other) {
    for (std::uint32_t id = 0; id < other.size(); ++id) {
        auto const found = first.check(other.code(id));
        if (found.kind == CodeCheck::Kind::label_differs)
            refuse_parallel("'" + shown(other.code(id).code) + "' is labelled '" + shown(found.before) +
                            "' and '" + shown(other.code(id).label) + "'");
        if (found.kind == CodeCheck::Kind::variable_label_differs)
            refuse_parallel("'" + shown(other.code(id).variable) + "' is labelled '" + shown(found.before) +
                            "' and '" + shown(other.code(id).variable_label) + "'");
    }
}

void compare_parts(std::vector<std::unique_ptr<Part>> const& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i]->cut_inside_quotes) refuse_parallel("a quoted field lies across a cut");
        for (std::size_t j = 0; j < i; ++j) {
            auto const& first = parts[j]->flat;
            auto const& other = parts[i]->flat;
            compare_labels(first.statistics(), other.statistics());
            compare_labels(first.times(), other.times());
            compare_labels(first.measures(), other.measures());
            for (unsigned block = 0; block < first.layout().blocks; ++block)
                compare_labels(first.block(block), other.block(block));
        }
    }
}

/// Readers of the parts of one document.
struct Parts {
    Parts(unsigned count, FlatLayout const& layout,
          std::function<gateway::CellSink&(unsigned part)> const& make_sink)
        : mark(count) {
        for (unsigned i = 0; i < count; ++i)
            readers.push_back(std::make_unique<Part>(make_sink(i), layout,
                                                     [this, i](char mine) { return mark.decide(i, mine); }));
    }
    /// Calls `read_one` for each part on its own thread, then compares what they saw and ends them.
    void read(std::function<void(unsigned)> const& read_one);

    SharedMark mark;
    std::vector<std::unique_ptr<Part>> readers;
};

void Parts::read(std::function<void(unsigned)> const& read_one) {
    {
        std::vector<std::jthread> threads;
        auto const run = [&](unsigned i) {
            try {
                read_one(i);
            } catch (...) {
                readers[i]->failure = std::current_exception();
            }
            mark.end(i);
        };
        for (unsigned i = 1; i < readers.size(); ++i) threads.emplace_back(run, i);
        run(0);
    }
    for (auto const& reader : readers)
        if (reader->failure) std::rethrow_exception(reader->failure);
    compare_parts(readers);
    std::vector<FlatReader const*> knowledge;
    knowledge.reserve(readers.size());
    for (auto const& reader : readers) knowledge.push_back(&reader->flat);
    std::uint64_t rows = 0;
    for (auto const& reader : readers) rows += reader->flat.rows();
    for (auto const& reader : readers) reader->flat.finish(knowledge, rows == 0 && reader == readers.front());
}

/// The layout that the header line promises; nothing where the document is no flat file.
std::optional<FlatLayout> layout_of(std::string_view header_line, char decimal_mark) {
    HeaderLine header;
    RowSplitter splitter(header);
    splitter.feed(header_line);
    if (header.layout && !header.layout->wide) header.layout->decimal_mark = decimal_mark;
    return std::move(header.layout);
}

unsigned parts_for(std::uint64_t bytes, unsigned parts) {
    return static_cast<unsigned>(std::min<std::uint64_t>(parts, bytes / min_part_bytes));
}

} // namespace

void read_parallel(std::string_view bytes, unsigned parts,
                   std::function<gateway::CellSink&(unsigned part)> const& make_sink, char decimal_mark,
                   std::function<void(std::size_t bytes)> const& read) {
    auto const header_end = bytes.find('\n');
    parts = parts_for(bytes.size(), parts);
    std::optional<FlatLayout> layout;
    if (parts > 1 && header_end != std::string_view::npos && header_end < max_row_bytes)
        layout = layout_of(bytes.substr(0, header_end + 1), decimal_mark);
    if (!layout) {
        read_table(bytes, make_sink(0), decimal_mark);
        return;
    }
    auto const body = bytes.substr(header_end + 1);
    auto const cuts = cuts_of(body, parts);
    Parts all(parts, *layout, make_sink);
    for (unsigned i = 0; i < parts; ++i) {
        all.readers[i]->bytes = body.substr(cuts[i], cuts[i + 1] - cuts[i]);
        all.readers[i]->before = body.substr(0, cuts[i]);
    }
    all.read([&](unsigned i) { read_part(*all.readers[i], i + 1 == parts, read); });
}

std::vector<std::uint64_t> read_parallel(gateway::io::InputFile const& file, unsigned parts,
                                         std::function<gateway::CellSink&(unsigned part)> const& make_sink,
                                         char decimal_mark) {
    std::string piece(max_row_bytes, '\0');
    piece.resize(file.read(0, piece));
    auto const header_end = piece.find('\n');
    parts = parts_for(file.size(), parts);
    std::optional<FlatLayout> layout;
    if (parts > 1 && header_end != std::string::npos)
        layout = layout_of(std::string_view{piece}.substr(0, header_end + 1), decimal_mark);
    if (!layout) {
        TableReader reader(make_sink(0), decimal_mark);
        for (std::uint64_t at = 0; !piece.empty(); piece.resize(file.read(at, piece))) {
            reader.feed(piece);
            at += piece.size();
            piece.resize(max_row_bytes);
        }
        reader.finish();
        return {0};
    }
    auto const cuts = cuts_of(file, header_end + 1, parts);
    Parts all(parts, *layout, make_sink);
    for (unsigned i = 0; i < parts; ++i) {
        all.readers[i]->begin = cuts[i];
        all.readers[i]->end = cuts[i + 1];
    }
    all.read([&](unsigned i) { read_part(*all.readers[i], i + 1 == parts, file, i == 0 ? 2 : 1); });
    std::vector<std::uint64_t> before{0};
    for (unsigned i = 0; i + 1 < parts; ++i)
        before.push_back(before.back() + all.readers[i]->lines + (i == 0 ? 1 : 0));
    return before;
}

} // namespace adapters::genesis
