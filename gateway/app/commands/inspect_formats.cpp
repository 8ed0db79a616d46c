#include "gateway/app/commands/inspect_formats.hpp"

#include <map>
#include <vector>

#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/xlsx/workbook.hpp"
#include "gateway/app/json.hpp"
#include "gateway/core/cells.hpp"
#include "gateway/core/error.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/io/xml_stream.hpp"

namespace gateway::app {
namespace {

/// Counts what a reader hands over.
class Counter final : public CellSink {
  public:
    void table(TableInfo const& info) override { blocks_.resize(info.blocks); }
    void code(Column column, unsigned block, std::uint32_t, SourceCode const& code) override {
        auto& dimension = column == Column::time      ? time_
                          : column == Column::measure ? measure_
                                                      : blocks_.at(block);
        if (column != Column::measure) dimension.first = code.variable;
        ++dimension.second;
    }
    void sign(std::uint8_t, std::string_view text) override { signs_.emplace_back(text); }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const>) override {
        for (auto const& cell : cells) {
            numbers_ += cell.kind == Cell::Kind::number ? 1U : 0U;
            empty_ += cell.kind == Cell::Kind::empty ? 1U : 0U;
            if (cell.sign != 0) ++sign_counts_[signs_.at(cell.sign - 1U)];
        }
        cells_ += cells.size();
    }
    void issue(Issue issue) override { issues_.push_back(std::move(issue)); }
    void finish(std::uint64_t rows) override { rows_ = rows; }

    void write(Json& json) const {
        json.field("values", rows_).field("numbers", numbers_).field("empty", empty_).key("signs").object();
        for (auto const& [sign, count] : sign_counts_) json.field(sign, count);
        json.end_object().key("dimensions").array();
        auto const dimension = [&json](std::string_view role,
                                       std::pair<std::string, std::uint64_t> const& each) {
            json.object()
                .field("role", role)
                .field("variable", each.first)
                .field("codes", each.second)
                .end_object();
        };
        dimension("time", time_);
        dimension("measure", measure_);
        for (auto const& block : blocks_) dimension("classification", block);
        json.end_array().key("issues").array();
        for (auto const& issue : issues_)
            json.object()
                .field("code", to_string(issue.code))
                .field("line", issue.position.line)
                .field("text", issue.text)
                .end_object();
        json.end_array();
    }

  private:
    std::pair<std::string, std::uint64_t> time_, measure_{"MEASURE", 0};
    std::vector<std::pair<std::string, std::uint64_t>> blocks_;
    std::vector<std::string> signs_;
    std::map<std::string, std::uint64_t> sign_counts_;
    std::vector<Issue> issues_;
    std::uint64_t cells_ = 0, numbers_ = 0, empty_ = 0, rows_ = 0;
};

void workbook_facts(Json& json, std::string_view bytes, std::string const& path) {
    using State = adapters::xlsx::SheetInfo::State;
    adapters::xlsx::Workbook const book{bytes, path};
    json.field("format", "xlsx").flag("epoch_1904", book.epoch_1904()).key("sheets").array();
    for (auto const& sheet : book.sheets()) {
        auto const facts = book.facts(sheet);
        json.object()
            .field("name", sheet.name)
            .field("state", sheet.state == State::visible  ? "visible"
                            : sheet.state == State::hidden ? "hidden"
                                                           : "very_hidden")
            .field("rows", facts.rows)
            .field("cells", facts.cells)
            .field("numbers", facts.numbers)
            .field("formulas", facts.formulas)
            .field("errors", facts.errors)
            .field("hidden_rows", facts.hidden_rows)
            .field("hidden_cells", facts.hidden_cells)
            .field("merged_ranges", std::uint64_t{facts.merged.size()})
            .end_object();
    }
    json.end_array();
}

void json_stat_facts(Json& json, std::string_view bytes, std::string const& path) {
    adapters::jsonstat::JsonStatFile const file{bytes, path};
    json.field("format", "json-stat").key("datasets").array();
    for (std::size_t i = 0; i < file.datasets().size(); ++i) {
        auto const& dataset = file.datasets()[i];
        Counter counter;
        file.read(i, counter);
        json.object()
            .field("name", dataset.name)
            .field("label", dataset.label)
            .field("source", dataset.source)
            .field("updated", dataset.updated)
            .field("size", dataset.values);
        counter.write(json);
        json.end_object();
    }
    json.end_array().key("links").array();
    for (auto const& link : file.links()) json.text(link);
    json.end_array();
}

void px_facts(Json& json, std::string_view bytes, std::string const& path) {
    adapters::px::PxFile const file{bytes, path};
    Counter counter;
    file.read(counter);
    json.field("format", "px")
        .field("title", file.title())
        .field("source", file.source())
        .field("updated", file.updated())
        .field("size", file.values());
    counter.write(json);
}

/// How often each path of elements occurs: what `record` of a feed description can name.
void xml_facts(Json& json, std::string_view bytes, std::string const& path) {
    using Token = io::XmlStream::Token;
    constexpr std::size_t most_paths = 200;
    io::XmlStream stream{io::xml_source(bytes), path};
    std::map<std::string, std::uint64_t> paths;
    std::vector<std::size_t> ends{0};
    std::string open;
    std::uint64_t other = 0;
    for (auto token = stream.next(); token != Token::done; token = stream.next()) {
        if (token == Token::start) {
            open += '/';
            open += stream.name();
            ends.push_back(open.size());
            if (paths.size() < most_paths || paths.count(open) > 0)
                ++paths[open];
            else
                ++other;
        } else if (token == Token::end) {
            ends.pop_back();
            open.resize(ends.back());
        }
    }
    json.field("format", "xml").key("elements").object();
    for (auto const& [element, count] : paths) json.field(element, count);
    json.end_object().field("other_elements", other);
}

} // namespace

bool print_format_facts(std::string_view bytes, std::string const& path, bool compact) {
    Json json;
    json.object();
    switch (ingest::format_of(bytes)) {
    case ingest::Format::workbook:
    case ingest::Format::old_workbook: workbook_facts(json, bytes, path); break;
    case ingest::Format::json_stat: json_stat_facts(json, bytes, path); break;
    case ingest::Format::px: px_facts(json, bytes, path); break;
    case ingest::Format::xml: xml_facts(json, bytes, path); break;
    default: return false;
    }
    json.end_object();
    if (compact)
        json.print_compact();
    else
        json.print();
    return true;
}

} // namespace gateway::app
