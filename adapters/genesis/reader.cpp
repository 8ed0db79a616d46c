#include "adapters/genesis/reader.hpp"

#include <optional>
#include <utility>

#include "adapters/genesis/cube.hpp"
#include "adapters/genesis/flat.hpp"
#include "adapters/genesis/reader_output.hpp"
#include "adapters/genesis/reader_rows.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

Payload payload_of(std::string_view first_bytes) noexcept {
    if (first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with("PK\x05\x06")) return Payload::zip;
    if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
    auto const start = first_bytes.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return Payload::empty;
    auto const text = first_bytes.substr(start);
    if (text.front() == '{' || text.front() == '[') return Payload::json;
    if (text.front() == '<') return Payload::html;
    if (text.starts_with("GENESIS-Tabelle:")) return Payload::presentation;
    for (auto const* name :
         {"statistics_code;", "Statistik_Code;", "\"statistics_code\";", "\"Statistik_Code\";"})
        if (text.starts_with(name)) return Payload::flat;
    if (text.starts_with("* ") || text.starts_with("K;DQ")) return Payload::cube;
    return Payload::unknown;
}

namespace {

[[noreturn]] void refuse(std::string_view first_bytes) {
    auto const start = ": the document begins with '" + shown(first_bytes, 60) + "'";
    switch (payload_of(first_bytes)) {
    case Payload::zip:
        throw Error(Errc::not_a_table, "a ZIP archive where a table is due" + start + "; unpack it first");
    case Payload::json: throw Error(Errc::not_a_table, "a JSON answer where a table is due" + start);
    case Payload::html: throw Error(Errc::not_a_table, "an HTML page where a table is due" + start);
    case Payload::presentation:
        throw Error(Errc::not_a_table, "a presentation table (datencsv) where a flat file is due" + start +
                                           "; ask for format ffcsv");
    case Payload::empty:
        throw Error(Errc::empty_document, "the document is empty: 0 bytes of content where a table is due");
    default: break;
    }
    if (!is_clean_utf8(first_bytes.substr(0, first_bytes.find('\n'))))
        throw Error(Errc::wrong_charset, "line 1 is not UTF-8" + start);
    throw Error(Errc::not_a_table, "neither a flat file (ffcsv) nor a cube" + start);
}

} // namespace

struct TableReader::State final : RowHandler {
    State(gateway::CellSink& sink, char mark) : decimal_mark(mark), output(sink), splitter(*this) {}

    void row(Row const& row) override {
        if (flat)
            flat->row(row);
        else if (cube)
            cube->row(row);
        else
            first_row(row);
    }
    void bad_row(std::uint64_t line, BadRow why, std::string_view text) override {
        if (flat)
            flat->bad_row(line, why, text);
        else if (cube)
            cube->bad_row(line, why, text);
        else
            refuse(text);
    }
    void first_row(Row const& row) {
        if (is_flat_header(row)) {
            auto layout = read_flat_layout(row);
            if (!layout.wide) layout.decimal_mark = decimal_mark;
            flat.emplace(std::move(layout), output);
        } else if (is_cube_start(row)) {
            cube.emplace(output);
            cube->row(row);
        } else {
            refuse(row.text());
        }
    }
    void finish() {
        splitter.finish();
        if (flat)
            flat->finish({&*flat}, true);
        else if (cube)
            cube->finish();
        else
            refuse({});
    }

    char decimal_mark;
    Output output;
    RowSplitter splitter;
    std::optional<FlatReader> flat;
    std::optional<CubeReader> cube;
};

TableReader::TableReader(gateway::CellSink& sink, char decimal_mark)
    : state_(std::make_unique<State>(sink, decimal_mark)) {}
TableReader::~TableReader() = default;
TableReader::TableReader(TableReader&&) noexcept = default;
TableReader& TableReader::operator=(TableReader&&) noexcept = default;

void TableReader::feed(std::string_view piece) {
    state_->splitter.feed(piece);
}
void TableReader::finish() {
    state_->finish();
}

void read_table(std::string_view bytes, gateway::CellSink& sink, char decimal_mark) {
    TableReader reader(sink, decimal_mark);
    reader.feed(bytes);
    reader.finish();
}

} // namespace adapters::genesis
